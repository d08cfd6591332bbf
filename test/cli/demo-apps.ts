import { container, deployment, type Hook, service, sleeps } from '../run/manifests.ts';

/** Manifests in the shape of well-known demo applications, in our own words. */

const named = <T>(name: string, object: T): T =>
  JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`)) as T;

const probe = { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5 };

/** A Deployment whose only container is called `server`, and its Service. */
function shopService(name: string, preStop: Hook): readonly object[] {
  const server = { ...container({ preStop, readinessProbe: probe }), name: 'server' };
  return [named(name, deployment({ replicas: 2, containers: [server] })), named(name, service())];
}

const SHOP = [
  'front',
  'cart',
  'catalog',
  'currency',
  'pay',
  'ship',
  'mail',
  'checkout',
  'advise',
  'ads',
  'auth',
  'stock',
];

/** A shop of twelve Deployments, each with one container `server`. */
export function shop(preStop: Hook = sleeps(5)): readonly object[] {
  return SHOP.flatMap((name) => shopService(name, preStop));
}

/** nginx before php-fpm in one Pod, over a socket that both share; the database is a StatefulSet with its own headless Service. */
export function cms(): readonly object[] {
  const nginx = { ...container({ name: 'nginx', port: 80, preStop: { exec: { command: ['sleep', '8'] } } }) };
  const quits: Hook = { exec: { command: ['sh', '-c', 'sleep 2; kill -QUIT 1'] } };
  const fpm = container({ name: 'fpm', port: 9000, preStop: quits });
  const headless = service();
  const db = {
    ...deployment({ containers: [container({ name: 'mysql', port: 3306 })] }),
    kind: 'StatefulSet',
  };
  const { strategy: _none, ...spec } = { strategy: null, ...db.spec };
  return [
    named('cms', deployment({ replicas: 2, containers: [nginx, fpm], terminationGracePeriodSeconds: 40 })),
    named('cms', { ...service(), spec: { ...service().spec, ports: [{ port: 80 }] } }),
    named('db', { ...db, spec: { ...spec, replicas: 1, serviceName: 'web' } }),
    named('db', { ...headless, spec: { ...headless.spec, clusterIP: 'None', ports: [{ port: 3306 }] } }),
  ];
}

/** An ingress controller that waits in its hook until its own shutdown is through, behind a load balancer that keeps to the node. */
export function controller(): readonly object[] {
  const waits: Hook = { exec: { command: ['/wait-shutdown'] } };
  const own = service();
  return [
    named('ingress', deployment({ replicas: 2, preStop: waits, terminationGracePeriodSeconds: 300 })),
    named('ingress', {
      ...own,
      spec: { ...own.spec, type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    }),
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'ours' }, spec: {} },
  ];
}

/** An operator with its CRDs and a resource of its own: a webhook Service, RBAC, and a custom resource with a Pod template. */
export function operator(): readonly object[] {
  const crd = (kind: string) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.toLowerCase()}s.example.com` },
    spec: { group: 'example.com', names: { kind }, scope: 'Namespaced', versions: [] },
  });
  const { spec, metadata } = deployment({ replicas: 2, preStop: sleeps(5) });
  const web = { apiVersion: 'example.com/v1', kind: 'Fleet', metadata, spec };
  return [
    crd('Fleet'),
    crd('Backup'),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'operators' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator' } },
    named('operator', deployment({ replicas: 1, preStop: sleeps(5) })),
    named('operator', service()),
    named('fleet', web),
    named('fleet', service()),
    {
      apiVersion: 'example.com/v1',
      kind: 'Backup',
      metadata: { name: 'nightly' },
      spec: { schedule: '0 3 * * *' },
    },
  ];
}
