/** HorizontalPodAutoscaler (upstream: pkg/controller/podautoscaler). May change. */
export * from './keda.ts';
export * from './recommendation.ts';
export * from './scaling-rules.ts';
