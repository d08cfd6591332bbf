/** HorizontalPodAutoscaler (upstream: pkg/controller/podautoscaler). */
export * from './keda.ts';
export * from './recommendation.ts';
export * from './scaling-rules.ts';
