export { gke130Calico, quiet136 } from './clusters.ts';
export { aks, eks, gke, gkeDpv2, k3s, kind, metal, openshift } from './platforms.ts';
