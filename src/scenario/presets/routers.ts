import { type RouterPresetName, routerFromPreset } from '../../routing/presets/index.ts';
import type { RouterInput } from '../../routing/router-schema.ts';

/**
 * Routers in front of Pods, as a scenario's input: what each is made of, where its numbers are from and how sure they are stands in
 * the tables of src/routing/presets. All take overrides; a `lag` of your own takes the place of the parts.
 */
/** What a router preset takes: anything of the router, in place of its own settings. */
export type RouterOverrides = Partial<RouterInput>;

const preset =
  (name: RouterPresetName) =>
  (overrides: RouterOverrides = {}): RouterInput =>
    routerFromPreset(name, overrides);

/** ingress-nginx: a rate-limited sync, then each worker polls once a second. Uses ready endpoints only. */
export const ingressNginx = preset('ingressNginx');
/** NGINX Ingress Controller of nginx.org: it reloads at every change of endpoints. */
export const nginxInc = preset('nginxInc');
/** Traefik 3: a configuration at once, and then none for 2 s. Terminating Pods keep clients with their cookie. */
export const traefik = preset('traefik');
/** HAProxy Kubernetes Ingress Controller of haproxy.org: a round every 5 s. */
export const haproxytech = preset('haproxytech');
/** HAProxy Ingress of jcmoraisjr. */
export const haproxyIngress = preset('haproxyIngress');
/** Contour: endpoints go to Envoy at once. */
export const contour = preset('contour');
/** Envoy Gateway: with less than half of its endpoints healthy it sends to terminating Pods, too. */
export const envoyGateway = preset('envoyGateway');
/** Kong Ingress Controller: a tick every 3 s. */
export const kong = preset('kong');
/** The router of OpenShift: a reload at most every 5 s. */
export const openshiftRouter = preset('openshiftRouter');
/** An ingress controller that polls the API, or reloads slowly. */
export const slowPollingIngress = preset('slowPollingIngress');
/** Istio's gateways and sidecars, told by istiod. */
export const istio = preset('istio');
/** Istio ambient: the ztunnels. */
export const istioAmbient = preset('istioAmbient');
/** Linkerd's proxies. */
export const linkerd = preset('linkerd');
/** AWS ALB with IP targets: new requests may arrive seconds to tens of seconds after deregistration. */
export const awsAlbIp = preset('awsAlbIp');
/** AWS NLB with IP targets: about two minutes, whatever the deregistration delay says. */
export const awsNlbIp = preset('awsNlbIp');
/** AWS ALB before node ports with externalTrafficPolicy Local. */
export const awsAlbInstance = preset('awsAlbInstance');
/** AWS NLB before node ports with externalTrafficPolicy Local. */
export const awsNlbInstance = preset('awsNlbInstance');
/** AWS Classic Load Balancer before node ports with externalTrafficPolicy Local. */
export const awsClb = preset('awsClb');
/** GKE Ingress or Gateway with container-native load balancing (NEG). */
export const gcpNeg = preset('gcpNeg');
/** GCP network load balancer before nodes with externalTrafficPolicy Local. */
export const gceL4 = preset('gceL4');
/** Azure Load Balancer before nodes with externalTrafficPolicy Local. */
export const azureLoadBalancer = preset('azureLoadBalancer');
/** Azure Application Gateway Ingress Controller. */
export const azureAgic = preset('azureAgic');
/** MetalLB: a node announces while one of its endpoints is ready or serves. */
export const metallb = preset('metallb');
/** klipper, the ServiceLB of k3s: every node passes on to the Service. */
export const klipper = preset('klipper');
/** Any load balancer that asks the health-check node port of the nodes. */
export const loadBalancerLocal = preset('loadBalancerLocal');
/** Knative's activator: it probes each Pod every 200 ms. The queue-proxy in the Pod is apps.knativeQueueProxy. */
export const knativeActivator = preset('knativeActivator');
/** A client that resolves a headless Service by CoreDNS, and keeps no address itself. */
export const dnsHeadless = preset('dnsHeadless');
/** A JVM that resolves a headless Service over NodeLocal DNS. */
export const dnsJvm = preset('dnsJvm');

/** A router with a fixed lag, for what you have measured yourself. */
export function fixedLag(
  name: string,
  lag: RouterInput['lag'],
  overrides: RouterOverrides = {},
): RouterInput {
  return { name, ...(lag !== undefined && { lag }), ...overrides };
}
