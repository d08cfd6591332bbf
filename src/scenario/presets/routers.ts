import type { RouterInput } from '../schema.ts';

/**
 * Routers in front of Pods. Each lag is our reading of scattered public reports (minimum, typical, about the 99th percentile), not a
 * measurement; replace it by your own.
 */
type Overrides = Partial<RouterInput>;

function router(base: RouterInput, overrides: Overrides): RouterInput {
  return { ...base, ...overrides };
}

function reported(min: string, typical: string, p99: string, max: string): RouterInput['lag'] {
  return {
    quantiles: [
      [0, min],
      [0.5, typical],
      [0.99, p99],
      [1, max],
    ],
  };
}

/** ingress-nginx: a rate-limited sync, then each worker polls once a second. Uses ready endpoints only. */
export function ingressNginx(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'ingress-nginx',
      lag: reported('0.2s', '1s', '3s', '4.4s'),
      confidence: 'published',
      sources: [
        'kubernetes/ingress-nginx issue 3335',
        'ingress-nginx flag sync-rate-limit and balancer.lua sync interval',
      ],
    },
    overrides,
  );
}

/** An ingress controller that polls the API, or reloads slowly. */
export function slowPollingIngress(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'ingress',
      lag: reported('3s', '10s', '30s', '40s'),
      confidence: 'estimate',
      sources: ['mattrobinsonsre/terrapod pull 222'],
    },
    overrides,
  );
}

/** AWS ALB with IP targets: new requests may arrive seconds to tens of seconds after deregistration. */
export function awsAlbIp(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'aws-alb',
      lag: reported('5s', '20s', '60s', '70s'),
      confidence: 'estimate',
      sources: [
        'kubernetes-sigs/aws-load-balancer-controller issues 1064 and 2106',
        'alphagov/govuk-helm-charts pull 2202',
      ],
    },
    overrides,
  );
}

/** AWS NLB with IP targets: about two minutes, whatever the deregistration delay says. */
export function awsNlbIp(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'aws-nlb',
      lag: reported('90s', '120s', '180s', '190s'),
      confidence: 'estimate',
      sources: ['kubernetes-sigs/aws-load-balancer-controller issues 2366 and 3270'],
    },
    overrides,
  );
}

/** GKE Ingress with container-native load balancing (NEG). */
export function gcpNeg(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'gcp-neg',
      lag: reported('5s', '20s', '60s', '70s'),
      confidence: 'estimate',
      sources: ['Google Cloud knowledge base 000006416', 'kubernetes/ingress-gce issue 2222'],
    },
    overrides,
  );
}

/** Azure Application Gateway Ingress Controller. */
export function azureAgic(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'azure-agic',
      lag: reported('1s', '40s', '90s', '100s'),
      confidence: 'estimate',
      sources: ['Azure/application-gateway-kubernetes-ingress issue 75 and its minimize-downtime page'],
    },
    overrides,
  );
}

/** A client that resolves a headless Service: an answer may be kept for the TTL, and cached on top. */
export function dnsHeadless(overrides: Overrides = {}): RouterInput {
  return router(
    {
      name: 'dns',
      lag: reported('0s', '5s', '60s', '65s'),
      confidence: 'estimate',
      sources: ['kubernetes/dns issue 332', 'coredns/coredns issue 7091'],
    },
    overrides,
  );
}

/** A router with a fixed lag, for what you have measured yourself. */
export function fixedLag(name: string, lag: RouterInput['lag'], overrides: Overrides = {}): RouterInput {
  return router({ name, lag }, overrides);
}
