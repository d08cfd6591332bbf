/** HorizontalPodAutoscaler (upstream: pkg/controller/podautoscaler). */
export * from './recommendation.ts';
export * from './scaling-rules.ts';
