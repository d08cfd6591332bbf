/** Actors' names, as traces, violations and pictures have them. */

/** What programs a node's rules; `agent` is what the data plane's process is called: `kube-proxy`, `cilium` … */
export function dataPlaneName(agent: string, node: string): string {
  return `${agent}/${node}`;
}

/** A router in front. */
export function routerName(router: string): string {
  return `router/${router}`;
}

/** The controller of Argo Rollouts. */
export const ROLLOUTS_CONTROLLER = 'argo-rollouts';
