/** Who takes nodes away (outside of Kubernetes: kubernetes/autoscaler, kubernetes-sigs/karpenter). May change. */

export * from './cluster-autoscaler.ts';
export * from './karpenter.ts';
