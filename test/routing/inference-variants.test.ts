import { describe, expect, it } from 'vitest';
import { defineScenario, type ScenarioInput, simulate, describe as told } from '../../src/index.ts';
import { readManifests } from '../../src/manifests/read-manifests.ts';
import { routersSection } from '../../src/report/routers-text.ts';
import { inferRouters } from '../../src/routing/inference/index.ts';
import { scenariosByWorkload } from '../../src/scenario/by-workload.ts';

/** Manifests of known shape, written as people write them: what stands in odd places is read, or said not to be. */

type Fields = Readonly<Record<string, unknown>>;

const meta = (name: string, over: Fields = {}): Fields => ({ name, namespace: 'shop', ...over });
const deployment = (name = 'web', template: Fields = {}, spec: Fields = {}): Fields => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta(name),
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { ...template, labels: { app: name, ...(template.labels as Fields) } },
      spec: { containers: [{ name, image: name, ports: [{ containerPort: 8080 }] }], ...spec },
    },
  },
});
const service = (name = 'web', over: Fields = {}, annotations: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name, { annotations }),
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...over },
});
const app = (name = 'web'): readonly Fields[] => [deployment(name), service(name)];
const of = (apiVersion: string, kind: string, spec: Fields, over: Fields = {}): Fields => ({
  apiVersion,
  kind,
  metadata: meta('web', over),
  spec,
});
const ingress = (
  spec: Fields,
  annotations: Fields = {},
  to = 'web',
  port: Fields = { name: 'http' },
): Fields =>
  of(
    'networking.k8s.io/v1',
    'Ingress',
    {
      ...spec,
      rules: [
        { http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: to, port } } }] } },
      ],
    },
    { annotations },
  );
const GATEWAY = 'gateway.networking.k8s.io/v1';
const gateway = (name: string, gatewayClassName: string): Fields =>
  of(GATEWAY, 'Gateway', { gatewayClassName }, { name, namespace: 'infra' });
const route = (parents: readonly string[], namespace = 'shop'): Fields =>
  of(
    GATEWAY,
    'HTTPRoute',
    {
      parentRefs: parents.map((name) => ({ name, namespace: 'infra' })),
      rules: [{ backendRefs: [{ name: 'web', namespace: 'shop', port: 80, weight: 90 }] }],
    },
    { namespace },
  );
const namespace = (labels: Fields, annotations: Fields = {}): Fields => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels, annotations },
});
const ALB = 'alb.ingress.kubernetes.io/';
const LB = 'service.beta.kubernetes.io/aws-load-balancer-';

const infer = (objects: readonly Fields[]) => {
  const { raw, issues } = readManifests(objects, { minor: 33 });
  expect(issues).toEqual([]);
  return inferRouters(raw);
};
/** Each router with the Services that it sends to; after `!` what is not modelled, after `~` what goes through the nodes. */
const said = (objects: readonly Fields[]): readonly string[] => {
  const { routers, notModelled, throughNodes, refused } = infer(objects);
  return [
    ...routers.map(({ input }) => `${input.name}: ${input.services!.join(', ')}`),
    ...notModelled.map(({ what }) => `! ${what}`),
    ...throughNodes.map(({ services }) => `~ ${services.join(', ')}`),
    ...refused.map(({ services }) => `refused: ${services.join(', ')}`),
  ];
};

describe('annotations and classes in odd places', () => {
  it.each<readonly [string, readonly Fields[], readonly string[]]>([
    [
      'the old annotation goes before the field, as its controllers have it',
      [
        ...app(),
        ingress(
          { ingressClassName: 'nginx' },
          { 'kubernetes.io/ingress.class': 'alb', [`${ALB}target-type`]: 'ip' },
        ),
      ],
      ['aws-alb: shop/web'],
    ],
    [
      "another controller's annotations make no other class of it",
      [...app(), ingress({ ingressClassName: 'nginx' }, { [`${ALB}target-type`]: 'ip' })],
      ['ingress-nginx: shop/web'],
    ],
    [
      'those of a namesake do',
      [...app(), ingress({ ingressClassName: 'nginx' }, { 'nginx.org/lb-method': 'least_conn' })],
      ['nginx-ingress: shop/web'],
    ],
    [
      'two Ingresses to one Service are two routers',
      [
        ...app(),
        ingress({ ingressClassName: 'nginx' }),
        {
          ...ingress({ ingressClassName: 'alb' }, { [`${ALB}target-type`]: 'ip' }),
          metadata: meta('inner', { annotations: { [`${ALB}target-type`]: 'ip' } }),
        },
      ],
      ['ingress-nginx: shop/web', 'aws-alb: shop/web'],
    ],
    [
      'the target type stands at the Service',
      [
        deployment(),
        service('web', {}, { [`${ALB}target-type`]: 'ip' }),
        ingress({ ingressClassName: 'alb' }),
      ],
      ['aws-alb: shop/web'],
    ],
    [
      'the Services of an ALB stand in an action',
      [
        ...app(),
        ...app('canary'),
        ingress(
          { ingressClassName: 'alb' },
          {
            [`${ALB}target-type`]: 'ip',
            [`${ALB}actions.split`]: JSON.stringify({
              type: 'forward',
              forwardConfig: {
                targetGroups: [
                  { serviceName: 'web', servicePort: '80', weight: 90 },
                  { serviceName: 'canary', servicePort: 80, weight: 10 },
                ],
              },
            }),
          },
          'split',
          { name: 'use-annotation' },
        ),
      ],
      ['aws-alb: shop/web, shop/canary'],
    ],
    [
      'the second controller of a kind has a name behind it',
      [
        ...app(),
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'corp', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
          spec: { controller: 'haproxy.org/ingress-controller/corp' },
        },
        ingress({}),
      ],
      ['haproxy: shop/web'],
    ],
    [
      'and so has that of ingress-nginx',
      [
        ...app(),
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'IngressClass',
          metadata: { name: 'inner' },
          spec: { controller: 'k8s.io/internal-ingress-nginx' },
        },
        ingress({ ingressClassName: 'inner' }),
      ],
      ['ingress-nginx: shop/web'],
    ],
    [
      'an ExternalName leads to the address of a Service',
      [
        ...app(),
        service('ext', {
          type: 'ExternalName',
          externalName: 'web.shop.svc.cluster.local',
          selector: undefined,
          ports: undefined,
        }),
        ingress({ ingressClassName: 'nginx' }, {}, 'ext'),
      ],
      ['~ shop/web'],
    ],
    [
      'a Service spelt the old way',
      [deployment(), service('web', { type: 'LoadBalancer' }, { [`${LB}type`]: 'nlb-ip' })],
      ['aws-nlb: shop/web'],
    ],
    [
      'and the new way',
      [
        deployment(),
        service(
          'web',
          { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb' },
          { [`${LB}nlb-target-type`]: 'ip' },
        ),
      ],
      ['aws-nlb: shop/web'],
    ],
    [
      'a NEG of its own, of some ports',
      [
        deployment(),
        service('web', {}, { 'cloud.google.com/neg': '{"exposed_ports": {"80": {"name": "web"}}}' }),
      ],
      ['gcp-neg: shop/web'],
    ],
  ])('%s', (_, objects, expected) => {
    expect(said(objects)).toEqual(expected);
  });
});

describe('routes', () => {
  it.each<readonly [string, readonly Fields[], readonly string[]]>([
    [
      'a route hangs on two Gateways',
      [...app(), gateway('a', 'eg'), gateway('b', 'istio'), route(['a', 'b'])],
      ['envoy-gateway: shop/web', 'istio: shop/web'],
    ],
    [
      'no ReferenceGrant lets it send to another namespace',
      [...app(), gateway('a', 'eg'), route(['a'], 'infra')],
      ['refused: shop/web'],
    ],
    [
      'OpenShift shares a Route out by weights',
      [
        ...app(),
        ...app('canary'),
        of('route.openshift.io/v1', 'Route', {
          to: { kind: 'Service', name: 'web', weight: 90 },
          alternateBackends: [{ kind: 'Service', name: 'canary', weight: 10 }],
        }),
      ],
      ['openshift-router: shop/web, shop/canary'],
    ],
    [
      'Traefik ends at a TraefikService, which shares out',
      [
        ...app(),
        ...app('api'),
        of('traefik.io/v1alpha1', 'TraefikService', {
          weighted: {
            services: [
              { name: 'web', port: 80 },
              { name: 'api', port: 80, nativeLB: true },
            ],
          },
        }),
        of('traefik.io/v1alpha1', 'IngressRoute', {
          routes: [{ match: 'Host(`a`)', services: [{ name: 'web', kind: 'TraefikService' }] }],
        }),
      ],
      ['traefik: shop/web', '~ shop/api'],
    ],
    [
      'a TraefikService that leads back to itself and one that is elsewhere',
      [
        ...app(),
        of('traefik.io/v1alpha1', 'TraefikService', {
          weighted: { services: [{ name: 'web', kind: 'TraefikService' }, { name: 'web' }] },
        }),
        of('traefik.io/v1alpha1', 'IngressRoute', {
          routes: [
            {
              services: [
                { name: 'web', kind: 'TraefikService' },
                { name: 'far', kind: 'TraefikService' },
              ],
            },
          ],
        }),
      ],
      ['traefik: shop/web', '! a TraefikService that is not among the manifests'],
    ],
    [
      'an HTTPProxy that includes another',
      [
        ...app(),
        of(
          'projectcontour.io/v1',
          'HTTPProxy',
          { includes: [{ name: 'web', namespace: 'shop' }] },
          { namespace: 'infra' },
        ),
        of('projectcontour.io/v1', 'HTTPProxy', { routes: [{ services: [{ name: 'web', port: 80 }] }] }),
      ],
      ['contour: shop/web'],
    ],
    [
      'a VirtualServer of nginx.org',
      [
        ...app(),
        ...app('api'),
        of('k8s.nginx.org/v1', 'VirtualServer', {
          upstreams: [
            { name: 'w', service: 'web', port: 80 },
            { name: 'a', service: 'api', 'use-cluster-ip': true },
          ],
        }),
      ],
      ['nginx-ingress: shop/web', '~ shop/api'],
    ],
    [
      'a TargetGroupBinding by its serviceRef, instances left out',
      [
        ...app(),
        of('elbv2.k8s.aws/v1beta1', 'TargetGroupBinding', { serviceRef: { name: 'web', port: 80 } }),
      ],
      ['~ shop/web'],
    ],
    [
      'what is known by name alone',
      [
        ...app(),
        of('getambassador.io/v3alpha1', 'Mapping', { service: 'https://web.shop:80' }),
        of('apisix.apache.org/v2', 'ApisixRoute', { http: [{ backends: [{ serviceName: 'web' }] }] }),
        gateway('a', 'nginx'),
        route(['a']),
      ],
      ['! Emissary-ingress (Ambassador)', '! Apache APISIX', '! NGINX Gateway Fabric'],
    ],
  ])('%s', (_, objects, expected) => {
    const [sorted, wanted] = [said(objects), expected].map((each) => [...each].sort());
    expect(sorted).toEqual(wanted);
  });
});

describe('meshes', () => {
  const sidecar = { 'sidecar.istio.io/inject': 'true' };
  it.each<readonly [string, readonly Fields[], readonly string[]]>([
    ['a namespace in it', [namespace({ 'istio-injection': 'enabled' }), ...app()], ['istio: shop/web']],
    ['a revision of the namespace', [namespace({ 'istio.io/rev': '1-24-2' }), ...app()], ['istio: shop/web']],
    [
      'a revision of the Pods',
      [deployment('web', { labels: { 'istio.io/rev': '1-26-0' } }), service()],
      ['istio: shop/web'],
    ],
    [
      'Pods that say no',
      [
        namespace({ 'istio-injection': 'enabled' }),
        deployment('web', { annotations: { 'sidecar.istio.io/inject': 'false' } }),
        service(),
      ],
      [],
    ],
    [
      'a namespace that says no',
      [namespace({ 'istio-injection': 'disabled' }), deployment('web', { labels: sidecar }), service()],
      [],
    ],
    [
      'Pods in the network of their node',
      [namespace({ 'istio-injection': 'enabled' }), deployment('web', {}, { hostNetwork: true }), service()],
      [],
    ],
    [
      'ambient with a waypoint',
      [namespace({ 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' }), ...app()],
      ['istio-ambient: shop/web', 'istio: shop/web'],
    ],
    [
      'Linkerd by its namespace',
      [namespace({}, { 'linkerd.io/inject': 'enabled' }), ...app()],
      ['linkerd: shop/web'],
    ],
    [
      'Linkerd before an ingress controller',
      [namespace({}, { 'linkerd.io/inject': 'ingress' }), ...app()],
      ['linkerd: shop/web'],
    ],
    [
      'Pods that Linkerd leaves out',
      [
        namespace({}, { 'linkerd.io/inject': 'enabled' }),
        deployment('web', { annotations: { 'linkerd.io/inject': 'disabled' } }),
        service(),
      ],
      [],
    ],
    [
      'Consul is named',
      [deployment('web', { annotations: { 'consul.hashicorp.com/connect-inject': 'true' } }), service()],
      ['! the sidecar of Consul Connect (consul.hashicorp.com/connect-inject)'],
    ],
    [
      'Kuma is named',
      [namespace({ 'kuma.io/sidecar-injection': 'enabled' }), ...app()],
      ['! the sidecar of Kuma (kuma.io/sidecar-injection on its namespace)'],
    ],
  ])('%s', (_, objects, expected) => {
    expect(said(objects)).toEqual(expected);
  });
});

describe('numbers that manifests set', () => {
  const settings = (objects: readonly Fields[]) => infer(objects).routers[0]!.input;

  it("are of drains and health checks, so that what is worth measuring is the preset's", () => {
    const alb = settings([
      ...app(),
      ingress(
        { ingressClassName: 'alb' },
        {
          [`${ALB}target-type`]: 'ip',
          [`${ALB}healthcheck-interval-seconds`]: '7',
          [`${ALB}target-group-attributes`]: 'deregistration_delay.timeout_seconds=30',
        },
      ),
    ]);
    expect(alb).toMatchObject({
      measure: 'from DeregisterTargets until the last new connection',
      confidence: 'reported',
    });
    expect(alb.parts!.at(-1)).toEqual({ drain: { timeout: '30s' } });
  });

  it('of a BackendConfig go by the port of the backend, by its name or its number', () => {
    const configs = [
      ['bc', 10],
      ['bc2', 77],
    ].map(([name, drainingTimeoutSec]) =>
      of('cloud.google.com/v1', 'BackendConfig', { connectionDraining: { drainingTimeoutSec } }, { name }),
    );
    const drain = (ports: string) =>
      settings([
        deployment(),
        service('web', {}, { 'cloud.google.com/backend-config': ports }),
        ...configs,
        ingress({}, { 'kubernetes.io/ingress.class': 'gce' }),
      ]).parts!.at(-1);
    expect(drain('{"ports": {"81": "bc", "http": "bc2"}}')).toEqual({ drain: { timeout: '77s' } });
    expect(drain('{"ports": {"81": "bc", "80": "bc2"}}')).toEqual({ drain: { timeout: '77s' } });
    expect(drain('{"ports": {"81": "bc"}, "default": "bc2"}')).toEqual({ drain: { timeout: '77s' } });
  });

  it("of a GCPBackendPolicy are those of GKE's Gateways", () => {
    const policy = of('networking.gke.io/v1', 'GCPBackendPolicy', {
      default: { connectionDraining: { drainingTimeoutSec: 33 } },
      targetRef: { group: '', kind: 'Service', name: 'web' },
    });
    const { parts } = settings([
      ...app(),
      gateway('g', 'gke-l7-global-external-managed'),
      route(['g']),
      policy,
    ]);
    expect(parts!.at(-1)).toEqual({ drain: { timeout: '33s' } });
  });

  it('of a probe of Azure are its interval and its count', () => {
    const probe = 'service.beta.kubernetes.io/azure-load-balancer-health-probe-';
    const { parts } = settings([
      deployment(),
      service(
        'web',
        { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
        { [`${probe}interval`]: '10', [`${probe}num-of-probe`]: '3' },
      ),
    ]);
    expect(parts).toEqual([{ healthCheck: { interval: '10s', threshold: 3 } }]);
  });

  it('that no health check can have change nothing', () => {
    const { parts } = settings([
      ...app(),
      ingress(
        { ingressClassName: 'alb' },
        { [`${ALB}target-type`]: 'ip', [`${ALB}healthcheck-interval-seconds`]: '0' },
      ),
    ]);
    expect(parts!.at(-1)).toEqual({ drain: { timeout: '300s' } });
  });
});

describe('in a scenario of one workload alone', () => {
  const alone = (objects: readonly Fields[]) =>
    scenariosByWorkload({ manifests: objects as object[] }).map(({ scenario }) => ({
      routers: scenario.settings.routers.map(({ name }) => name),
      doubts: scenario.doubts.map(({ kind, name }) => `${kind} ${name}`),
      refused: scenario.assumptions.flatMap((each) => (each.code === 'routeRefused' ? [told(each)] : [])),
    }));

  it('a route of another namespace is there, with its grant, its Gateway and their class', () => {
    const grant = of('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'infra' }],
      to: [{ group: '', kind: 'Service', name: 'web' }],
    });
    const objects = [...app(), ...app('api'), gateway('a', 'eg'), route(['a'], 'infra')];
    expect(alone([...objects, grant])).toEqual([
      { routers: ['envoy-gateway'], doubts: [], refused: [] },
      { routers: [], doubts: [], refused: [] },
    ]);
    expect(alone(objects)[0]).toMatchObject({
      routers: [],
      doubts: [],
      refused: [
        'routers: HTTPRoute/infra/web sends nobody to shop/web: no ReferenceGrant in the namespace shop lets HTTPRoutes of infra send ' +
          'there. If one stands elsewhere, check both together.',
      ],
    });
  });

  it('a controller of the manifests is a workload, too, with the load balancer that stands before it', () => {
    const balancer = service('nginx', { type: 'LoadBalancer' }, { [`${LB}type`]: 'nlb-ip' });
    const objects = [deployment('nginx'), balancer, ...app(), ingress({ ingressClassName: 'nginx' })];
    expect(alone(objects).map(({ routers }) => routers)).toEqual([['aws-nlb'], ['ingress-nginx']]);
  });

  it('the router of a Route stands before each of its backends', () => {
    const shared = of('route.openshift.io/v1', 'Route', {
      to: { kind: 'Service', name: 'web' },
      alternateBackends: [{ kind: 'Service', name: 'canary' }],
    });
    expect(alone([...app(), ...app('canary'), shared]).map(({ routers }) => routers)).toEqual([
      ['openshift-router'],
      ['openshift-router'],
    ]);
  });
});

describe('what check says of routers that are not modelled, and of those that are added', () => {
  const scenarioOf = (objects: readonly Fields[], routers: ScenarioInput['routers'] = []) =>
    defineScenario({
      manifests: objects as object[],
      routers,
      actions: [{ type: 'rolloutRestart', deployment: 'shop/web' }],
    });
  const openOf = (objects: readonly Fields[]) =>
    simulate(scenarioOf(objects), { trace: 'none' }).verdict.notJudged.map((each) => told(each));

  it('calls one that it knows by its name', () => {
    const consul = deployment('web', {
      annotations: { 'consul.hashicorp.com/connect-inject': 'true' },
    });
    expect(openOf([consul, service()])).toEqual([
      'Deployment shop/web, for Service shop/web: it names the sidecar of Consul Connect (consul.hashicorp.com/connect-inject), which is ' +
        'not modelled. Say how it lets go of a Pod: a router of your own in routers (its parts and its pick), or --router with the preset ' +
        'that comes nearest (prestop presets routers).',
    ]);
  });

  it('asks for the one that nobody names', () => {
    expect(openOf([...app(), ingress({ ingressClassName: 'ours' })])[0]).toContain(
      'Which one it is nobody said',
    );
  });

  it('says that one was added beside those that the manifests name', () => {
    const given = scenarioOf(
      [...app(), ingress({ ingressClassName: 'nginx' })],
      [{ name: 'mine', lag: '1s', adds: true }],
    );
    expect(routersSection(given).join('\n')).toContain('mine (added beside what the manifests name)');
    expect(routersSection(scenarioOf(app(), [{ name: 'mine', lag: '1s', adds: true }])).join('\n')).toContain(
      'Routers beside the nodes: mine.',
    );
  });
});
