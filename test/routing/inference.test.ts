import { describe, expect, it } from 'vitest';
import { readManifests } from '../../src/manifests/read-manifests.ts';
import { inferRouters, type Platform } from '../../src/routing/inference/index.ts';

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

const ingress = (over: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
${over}
`;

const rules =
  'rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]';

const infer = (documents: readonly string[], platform: Platform | null = null) => {
  const { raw, issues } = readManifests(documents, { minor: 33 });
  expect(issues).toEqual([]);
  const { routers, notModelled, throughNodes } = inferRouters(raw, platform);
  return {
    routers: routers.map(({ input, found }) => [
      input.name,
      input.services,
      found[0]!.object,
      found[0]!.because,
    ]),
    notModelled: notModelled.map(({ object, what }) => [object, what]),
    throughNodes: throughNodes.map(({ object, because }) => [object, because]),
    inputs: routers.map(({ input }) => input),
  };
};

/** Whole manifests of known shape, and the router that each names. */
const SHAPES: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'an Ingress for an ALB with IP targets',
    [
      web,
      ingress(
        `metadata: { name: web, annotations: { alb.ingress.kubernetes.io/target-type: ip } }\nspec: { ingressClassName: alb, ${rules} }`,
      ),
    ],
    'aws-alb',
    'class alb, target-type ip',
  ],
  [
    'an Ingress for ingress-nginx',
    [web, ingress(`metadata: { name: web }\nspec: { ingressClassName: nginx, ${rules} }`)],
    'ingress-nginx',
    'class nginx',
  ],
  [
    'an Ingress whose class is named by its IngressClass',
    [
      web,
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: public }\nspec: { controller: traefik.io/ingress-controller }',
      ingress(`metadata: { name: web }\nspec: { ingressClassName: public, ${rules} }`),
    ],
    'traefik',
    'class public, controller traefik.io/ingress-controller',
  ],
  [
    'an Ingress for GKE with NEG',
    [
      web.replace(
        'metadata: { name: web }\nspec: { selector',
        `metadata: { name: web, annotations: { cloud.google.com/neg: '{"ingress": true}' } }\nspec: { selector`,
      ),
      ingress(
        `metadata: { name: web, annotations: { kubernetes.io/ingress.class: gce } }\nspec: { ${rules} }`,
      ),
    ],
    'gcp-neg',
    'class gce, neg ingress true',
  ],
  [
    'an Ingress for AGIC',
    [
      web,
      ingress(
        `metadata: { name: web, annotations: { kubernetes.io/ingress.class: azure/application-gateway } }\nspec: { ${rules} }`,
      ),
    ],
    'azure-agic',
    'class azure/application-gateway',
  ],
  [
    'an HTTPRoute on an Envoy Gateway',
    [
      web,
      'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: { name: eg }\nspec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public }\nspec: { gatewayClassName: eg }',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: web }\nspec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }',
    ],
    'envoy-gateway',
    'Gateway/public, class eg, controller gateway.envoyproxy.io/gatewayclass-controller',
  ],
  [
    'an NLB with IP targets',
    [
      web.replace(
        'metadata: { name: web }\nspec: { selector',
        'metadata: { name: web, annotations: { service.beta.kubernetes.io/aws-load-balancer-type: external, service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip } }\nspec: { type: LoadBalancer, selector',
      ),
    ],
    'aws-nlb',
    'type external, nlb-target-type ip',
  ],
  [
    'a load balancer that nobody named, before nodes with externalTrafficPolicy Local',
    [
      `${web.slice(0, web.indexOf('---'))}
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`,
    ],
    'load-balancer',
    'type LoadBalancer, externalTrafficPolicy Local',
  ],
  [
    'an NLB before nodes with externalTrafficPolicy Local',
    [
      web.replace(
        'spec: { selector: { app: web }',
        'spec: { type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb, externalTrafficPolicy: Local, selector: { app: web }',
      ),
    ],
    'aws-nlb-instance',
    'class service.k8s.aws/nlb, nlb-target-type instance, externalTrafficPolicy Local',
  ],
  [
    'a Route of OpenShift',
    [
      web,
      'apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: { name: web }\nspec: { to: { kind: Service, name: web } }',
    ],
    'openshift-router',
    'route.openshift.io',
  ],
  [
    'a Deployment in a mesh of Istio',
    [
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: default, labels: { istio-injection: enabled } }',
      web,
    ],
    'istio',
    'istio-injection on its namespace',
  ],
  [
    'a headless Service',
    [web.replace('spec: { selector: { app: web }', 'spec: { clusterIP: None, selector: { app: web }')],
    'dns',
    'clusterIP None: clients ask DNS',
  ],
  [
    'a TargetGroupBinding of an NLB',
    [
      web,
      'apiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: { name: web }\nspec: { serviceRef: { name: web, port: 80 }, targetType: ip, targetGroupProtocol: TCP }',
    ],
    'aws-nlb',
    'targetType ip, targetGroupProtocol TCP',
  ],
  [
    'an IngressRoute of Traefik',
    [
      web,
      'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: { name: web }\nspec: { routes: [{ match: Host(`a`), services: [{ name: web, port: 80 }] }] }',
    ],
    'traefik',
    'kind IngressRoute',
  ],
  [
    'an HTTPProxy of Contour',
    [
      web,
      'apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: { name: web }\nspec: { routes: [{ services: [{ name: web, port: 80 }] }] }',
    ],
    'contour',
    'kind HTTPProxy',
  ],
  [
    'a VirtualService behind a Gateway of Istio',
    [
      web,
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: web }\nspec: { gateways: [istio-system/public], http: [{ route: [{ destination: { host: web.default.svc.cluster.local } }] }] }',
    ],
    'istio',
    'kind VirtualService, Gateway/istio-system/public (elsewhere)',
  ],
];

describe('what manifests say about who sends to Pods', () => {
  it.each(SHAPES)('%s', (_, documents, name, because) => {
    const { routers } = infer(documents);
    expect(routers.map(([router, services, , why]) => [router, services, why])).toEqual([
      [name, ['web'], because],
    ]);
  });

  it.each([
    ['nginx', 'ingress-nginx'],
    ['webapprouting.kubernetes.azure.com', 'ingress-nginx'],
    ['traefik', 'traefik'],
    ['haproxy', 'haproxy'],
    ['contour', 'contour'],
    ['kong', 'kong'],
    ['azure/application-gateway', 'azure-agic'],
    ['istio', 'istio'],
    ['openshift-default', 'openshift-router'],
  ])('an Ingress of class %s is served by %s', (className, name) => {
    const { routers } = infer([
      web,
      ingress(`metadata: { name: web }\nspec: { ingressClassName: ${className}, ${rules} }`),
    ]);
    expect(routers.map(([router, services]) => [router, services])).toEqual([[name, ['web']]]);
  });

  it.each([
    ['nginx.org/lb-method', 'nginx-ingress'],
    ['haproxy-ingress.github.io/balance-algorithm', 'haproxy-ingress'],
    ['haproxy.org/check', 'haproxy'],
    ['konghq.com/strip-path', 'kong'],
    ['nginx.ingress.kubernetes.io/rewrite-target', 'ingress-nginx'],
    ['appgw.ingress.kubernetes.io/connection-draining', 'azure-agic'],
  ])(
    'an annotation that one controller alone reads says whose an Ingress without a class is: %s',
    (key, name) => {
      const { routers } = infer([
        web,
        ingress(`metadata: { name: web, annotations: { ${key}: "true" } }\nspec: { ${rules} }`),
      ]);
      expect(routers.map(([router]) => router)).toEqual([name]);
    },
  );

  it('names what it knows and does not model', () => {
    const knative =
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: hello }\nspec: { template: {} }';
    const odd = ingress(`metadata: { name: web }\nspec: { ingressClassName: ours, ${rules} }`);
    const route =
      'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: web }\nspec: { parentRefs: [{ name: shared, namespace: infra }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }';
    expect(infer([web, knative, odd, route]).notModelled).toEqual([
      ['Service/hello', 'a Service of Knative without containers'],
      ['Ingress/web', 'the class ours'],
      ['HTTPRoute/web', 'Gateway/infra/shared, which is not among the manifests'],
    ]);
  });

  it.each<readonly [string, readonly string[], string]>([
    [
      'an ALB before nodes',
      [
        web.replace('spec: { selector: { app: web }', 'spec: { type: NodePort, selector: { app: web }'),
        ingress(`metadata: { name: web }\nspec: { ingressClassName: alb, ${rules} }`),
      ],
      'class alb, target-type instance: the ALB sends to node ports, and the nodes decide',
    ],
    [
      'a load balancer that nobody names',
      [web.replace('spec: { selector: { app: web }', 'spec: { type: LoadBalancer, selector: { app: web }')],
      'type LoadBalancer, externalTrafficPolicy Cluster: the nodes decide',
    ],
    [
      'ingress-nginx that sends to the ClusterIP',
      [
        web,
        ingress(
          `metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/service-upstream: "true" } }\nspec: { ingressClassName: nginx, ${rules} }`,
        ),
      ],
      'class nginx, service-upstream: ingress-nginx sends to the ClusterIP',
    ],
  ])('%s adds no router', (_, documents, because) => {
    const { routers, throughNodes } = infer(documents);
    expect([routers, throughNodes.map(([, why]) => why)]).toEqual([[], [because]]);
  });

  it('an ALB with instance targets before a ClusterIP Service is refused by its controller', () => {
    const alb = ingress(`metadata: { name: web }\nspec: { ingressClassName: alb, ${rules} }`);
    expect(infer([web, alb]).notModelled).toEqual([
      [
        'Ingress/web',
        'an ALB with instance targets before a ClusterIP Service (refused by the AWS controller: say target-type ip, or type NodePort)',
      ],
    ]);
    const classes = [
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: alb }\nspec: { controller: ingress.k8s.aws/alb, parameters: { apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: ours } }',
      'apiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: { name: ours }\nspec: { targetType: ip }',
    ];
    expect(infer([web, alb, ...classes]).routers.map(([name]) => name)).toEqual(['aws-alb']);
  });

  it('sends across namespaces only where a ReferenceGrant allows it', () => {
    const gateway = [
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: infra }\nspec: { gatewayClassName: istio }',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: web, namespace: infra }\nspec: { parentRefs: [{ name: public }], rules: [{ backendRefs: [{ name: web, namespace: default, port: 80 }] }] }',
    ];
    const grant =
      'apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: { name: g, namespace: default }\nspec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra }], to: [{ group: "", kind: Service }] }';
    expect(infer([web, ...gateway]).routers).toEqual([]);
    expect(infer([web, ...gateway, grant]).routers.map(([name, services]) => [name, services])).toEqual([
      ['istio', ['web']],
    ]);
  });

  it('takes numbers that the manifests set', () => {
    const alb = ingress(
      `metadata: { name: web, annotations: { alb.ingress.kubernetes.io/target-type: ip, alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=30 } }\nspec: { ingressClassName: alb, ${rules} }`,
    );
    expect(infer([web, alb]).inputs[0]!.parts!.at(-1)).toEqual({ drain: { timeout: '30s' } });
    const neg = web.replace(
      'metadata: { name: web }\nspec: { selector',
      `metadata: { name: web, annotations: { cloud.google.com/neg: '{"ingress": true}', cloud.google.com/backend-config: '{"default": "bc"}' } }\nspec: { selector`,
    );
    const config =
      'apiVersion: cloud.google.com/v1\nkind: BackendConfig\nmetadata: { name: bc }\nspec: { connectionDraining: { drainingTimeoutSec: 60 } }';
    const gce = ingress(
      `metadata: { name: web, annotations: { kubernetes.io/ingress.class: gce } }\nspec: { ${rules} }`,
    );
    expect(infer([neg, config, gce]).inputs[0]!.parts!.at(-1)).toEqual({ drain: { timeout: '60s' } });
  });

  it('makes one router of all objects that name the same, and two where their numbers differ', () => {
    const of = (name: string, delay: number) =>
      ingress(
        `metadata: { name: ${name}, annotations: { alb.ingress.kubernetes.io/target-type: ip, alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=${delay} } }\nspec: { ingressClassName: alb, ${rules} }`,
      );
    expect(infer([web, of('a', 30), of('b', 30)]).routers.map(([name]) => name)).toEqual(['aws-alb']);
    expect(infer([web, of('a', 30), of('b', 60)]).routers.map(([name]) => name)).toEqual([
      'aws-alb',
      'aws-alb-2',
    ]);
  });

  it.each([
    ['gke', 'gce-l4'],
    ['eks', 'aws-clb'],
    ['aks', 'azure-lb'],
    ['metal', 'metallb'],
  ] as const)('knows the load balancer of %s', (platform, name) => {
    const local = web.replace(
      'spec: { selector: { app: web }',
      'spec: { type: LoadBalancer, externalTrafficPolicy: Local, selector: { app: web }',
    );
    expect(infer([local], platform).routers.map(([router]) => router)).toEqual([name]);
  });

  it('survives objects of any shape', () => {
    for (const value of [
      '{}',
      'spec: 3',
      'spec: { rules: x, parentRefs: [1], routes: [null] }',
      'spec: { rules: [null, 3] }',
    ]) {
      for (const kind of [
        'networking.k8s.io/v1, Ingress',
        'gateway.networking.k8s.io/v1, HTTPRoute',
        'route.openshift.io/v1, Route',
        'traefik.io/v1alpha1, IngressRoute',
        'projectcontour.io/v1, HTTPProxy',
        'networking.istio.io/v1, VirtualService',
        'elbv2.k8s.aws/v1beta1, TargetGroupBinding',
      ]) {
        const [apiVersion, name] = kind.split(', ');
        const text = `apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: { name: odd }\n${value === '{}' ? '' : value}`;
        expect(() => infer([web, text])).not.toThrow();
      }
    }
  });
});
