import type { RouterPresetName } from '../presets/index.ts';

/** What classes and controllers stand for. A class is a name that anybody may choose; its controller says more. */

export type Controller = RouterPresetName | 'awsAlb' | 'awsNlb' | 'gce' | { readonly notModelled: string };

const other = (what: string): Controller => ({ notModelled: what });

/** IngressClass `spec.controller`. */
const INGRESS_CONTROLLERS: Readonly<Record<string, Controller>> = {
  'k8s.io/ingress-nginx': 'ingressNginx',
  'nginx.org/ingress-controller': 'nginxInc',
  'ingress.k8s.aws/alb': 'awsAlb',
  'eks.amazonaws.com/alb': 'awsAlb',
  'traefik.io/ingress-controller': 'traefik',
  'haproxy.org/ingress-controller': 'haproxytech',
  'haproxy-ingress.github.io/controller': 'haproxyIngress',
  'projectcontour.io/projectcontour/contour': 'contour',
  'projectcontour.io/ingress-controller': 'contour',
  'ingress-controllers.konghq.com/kong': 'kong',
  'azure/application-gateway': 'azureAgic',
  'istio.io/ingress-controller': 'istio',
  'openshift.io/ingress-to-route': 'openshiftRouter',
  'networking.gke.io/ingress-gce': 'gce',
  'webapprouting.kubernetes.azure.com/nginx': 'ingressNginx',
  'cilium.io/ingress-controller': other('Cilium Ingress'),
};

/**
 * Whose an IngressClass is. A second controller of the same kind has a name of its own behind its kind's: `<kind>/<name>` with those of
 * HAProxy, `k8s.io/internal-ingress-nginx` or `k8s.io/ingress-nginx-internal` as the chart of ingress-nginx proposes.
 */
export function ingressController(said: string): Controller | undefined {
  const known = INGRESS_CONTROLLERS[said] ?? INGRESS_CONTROLLERS[said.slice(0, said.lastIndexOf('/'))];
  return known ?? (/^k8s\.io\/(?:.*-)?ingress-nginx(?:-.*)?$/.test(said) ? 'ingressNginx' : undefined);
}

/** Names that classes usually have. */
export const INGRESS_CLASSES: Readonly<Record<string, Controller>> = {
  nginx: 'ingressNginx',
  'webapprouting.kubernetes.azure.com': 'ingressNginx',
  alb: 'awsAlb',
  traefik: 'traefik',
  haproxy: 'haproxytech',
  contour: 'contour',
  kong: 'kong',
  gce: 'gce',
  'gce-internal': 'gce',
  'azure/application-gateway': 'azureAgic',
  'azure-application-gateway': 'azureAgic',
  istio: 'istio',
  'openshift-default': 'openshiftRouter',
  cilium: other('Cilium Ingress'),
};

/** Annotations that only one controller reads, by their prefix. */
export const INGRESS_ANNOTATIONS: readonly (readonly [prefix: string, controller: Controller])[] = [
  ['nginx.org/', 'nginxInc'],
  ['nginx.com/', 'nginxInc'],
  ['haproxy-ingress.github.io/', 'haproxyIngress'],
  ['haproxy.org/', 'haproxytech'],
  ['alb.ingress.kubernetes.io/', 'awsAlb'],
  ['nginx.ingress.kubernetes.io/', 'ingressNginx'],
  ['traefik.ingress.kubernetes.io/', 'traefik'],
  ['konghq.com/', 'kong'],
  ['appgw.ingress.kubernetes.io/', 'azureAgic'],
  ['projectcontour.io/', 'contour'],
  ['networking.gke.io/', 'gce'],
  ['kubernetes.io/ingress.global-static-ip-name', 'gce'],
  ['route.openshift.io/', 'openshiftRouter'],
];

/** GatewayClass `spec.controllerName`. */
export const GATEWAY_CONTROLLERS: Readonly<Record<string, Controller>> = {
  'gateway.envoyproxy.io/gatewayclass-controller': 'envoyGateway',
  'istio.io/gateway-controller': 'istio',
  'istio.io/mesh-controller': 'istio',
  'projectcontour.io/gateway-controller': 'contour',
  'traefik.io/gateway-controller': 'traefik',
  'konghq.com/kic-gateway-controller': 'kong',
  'konghq.com/gateway-operator': 'kong',
  'networking.gke.io/gateway': 'gcpNeg',
  'gateway.k8s.aws/alb': 'awsAlb',
  'gateway.k8s.aws/nlb': 'awsNlb',
  'openshift.io/gateway-controller/v1': 'istio',
  'gateway.nginx.org/nginx-gateway-controller': other('NGINX Gateway Fabric'),
  'io.cilium/gateway-controller': other('Cilium Gateway'),
  'alb.networking.azure.io/alb-controller': other('Azure Application Gateway for Containers'),
  'haproxy-ingress.github.io/controller': 'haproxyIngress',
  'kgateway.dev/kgateway': other('kgateway'),
  'solo.io/gloo-gateway': other('Gloo Gateway'),
  'application-networking.k8s.aws/gateway-api-controller': other('Amazon VPC Lattice'),
};

/** Names that gateway classes usually have. */
export const GATEWAY_CLASSES: Readonly<Record<string, Controller>> = {
  eg: 'envoyGateway',
  'envoy-gateway': 'envoyGateway',
  istio: 'istio',
  'istio-waypoint': 'istio',
  contour: 'contour',
  traefik: 'traefik',
  kong: 'kong',
  'amazon-alb': 'awsAlb',
  'aws-alb': 'awsAlb',
  'amazon-nlb': 'awsNlb',
  'openshift-default': 'istio',
  nginx: other('NGINX Gateway Fabric'),
  cilium: other('Cilium Gateway'),
  'azure-alb-external': other('Azure Application Gateway for Containers'),
  'amazon-vpc-lattice': other('Amazon VPC Lattice'),
  kgateway: other('kgateway'),
};

/** GKE's gateway classes all begin so. */
export const GKE_GATEWAY_CLASS = /^gke-(?:l7|passthrough|td)/;
