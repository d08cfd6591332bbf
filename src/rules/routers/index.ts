/** Routers beside kube-proxy (outside of Kubernetes: ipvs, Cilium, ingress-nginx, Istio, AWS). May change. */
export * from './aws.ts';
export * from './cilium.ts';
export * from './ingress-nginx.ts';
export * from './ipvs.ts';
export * from './istio.ts';
export * from './select-endpoints.ts';
