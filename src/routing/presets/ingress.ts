import { number, type RouterPreset, range } from './preset.ts';

/** Ingress controllers and gateways that run in the cluster and send to Pods themselves. */
export const INGRESS_PRESETS = {
  ingressNginx: {
    name: 'ingress-nginx',
    title: 'ingress-nginx',
    parts: [{ bucket: { perSecond: 0.3, burst: 1 } }, { ticker: { period: '1s', instances: 4 } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'sync-rate-limit',
        '0.3 a second',
        'published',
        'kubernetes/ingress-nginx internal/ingress/controller/nginx.go, flag sync-rate-limit',
      ),
      number(
        'poll of each worker',
        '1 s',
        'published',
        'kubernetes/ingress-nginx rootfs/etc/nginx/lua/balancer.lua BACKENDS_SYNC_INTERVAL; issue 3335',
      ),
      number('workers', '4', 'estimate', 'worker-processes is auto: one for each core'),
    ],
    onRemoval: 'drained',
    controller: 'ingressNginx',
    established: 'requests that were routed before the swap finish; pooled idle connections are used no more',
    ownShutdown: 'its listeners close at once unless shutdown-grace-period says otherwise',
  },
  nginxInc: {
    name: 'nginx-ingress',
    title: 'NGINX Ingress Controller (nginx.org)',
    parts: [{ gap: { from: 'end', period: '0s', cost: { uniform: ['200ms', '1.5s'] } } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'reload',
        '0.2-1.5 s',
        'estimate',
        'nginx/kubernetes-ingress reloads at every change of endpoints, changes during a reload together',
      ),
    ],
    measure: 'how long a reload takes',
    onRemoval: 'drained',
    established: 'old workers finish their requests',
  },
  traefik: {
    name: 'traefik',
    title: 'Traefik',
    parts: [{ gap: { from: 'end', period: '2s' } }],
    pick: 'servingFenced',
    numbers: [
      number('providersThrottleDuration', '2 s', 'published', 'traefik pkg/server/configurationwatcher.go'),
    ],
    onRemoval: 'drained',
    established: 'requests finish; idle connections are used no more',
    ownShutdown: 'requestAcceptGraceTimeout 0 s, graceTimeOut 10 s',
  },
  haproxytech: {
    name: 'haproxy',
    title: 'HAProxy Kubernetes Ingress Controller (haproxy.org)',
    parts: [{ loop: { period: '5s' } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'sync-period',
        '5 s',
        'published',
        'haproxytech/kubernetes-ingress pkg/controller/monitor.go, flag sync-period',
      ),
    ],
    onRemoval: 'drained',
    established: 'sessions finish',
  },
  haproxyIngress: {
    name: 'haproxy-ingress',
    title: 'HAProxy Ingress (jcmoraisjr)',
    parts: [{ lag: '200ms' }, { gap: { from: 'start', period: '2s' } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'wait-before-update',
        '0.2 s',
        'published',
        'jcmoraisjr/haproxy-ingress docs, command-line options',
      ),
      number(
        'rate-limit-update',
        '0.5 a second',
        'published',
        'jcmoraisjr/haproxy-ingress docs, command-line options',
      ),
    ],
    onRemoval: 'drained',
    established: 'sessions finish',
  },
  contour: {
    name: 'contour',
    title: 'Contour',
    parts: [{ lag: { uniform: ['1ms', '20ms'] } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'EndpointSlice to EDS',
        '1-20 ms',
        'estimate',
        'projectcontour/contour internal/xdscache: no hold-off for endpoints',
      ),
    ],
    onRemoval: 'drained',
    established: 'requests and streams finish, idle connections are closed',
  },
  envoyGateway: {
    name: 'envoy-gateway',
    title: 'Envoy Gateway',
    parts: [range('50ms', '300ms', '5s', '10s')],
    pick: 'drainingPanic',
    numbers: [
      number(
        'reconcile until xDS',
        '0.05 / 0.3 / 5 s',
        'reported',
        'envoyproxy/gateway issues 5326 and 6198: milliseconds to seconds, minutes with 100 Pods in 1.2',
      ),
      number('panic threshold', '50 %', 'published', 'envoyproxy/gateway issue 7253'),
    ],
    measure: 'from a change of the EndpointSlice until Envoy has it',
    onRemoval: 'drained',
    established: 'requests and streams finish, idle connections are closed',
    ownShutdown: 'minDrainDuration 10 s, drainTimeout 60 s',
  },
  kong: {
    name: 'kong',
    title: 'Kong Ingress Controller',
    parts: [{ ticker: { period: '3s' } }, { lag: { uniform: ['50ms', '500ms'] } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'proxy-sync-seconds',
        '3 s',
        'published',
        'Kong/kubernetes-ingress-controller flag proxy-sync-seconds',
      ),
      number('push of the configuration', '0.05-0.5 s', 'estimate', 'ours'),
    ],
    onRemoval: 'drained',
    established: 'requests finish',
  },
  openshiftRouter: {
    name: 'openshift-router',
    title: 'OpenShift router',
    parts: [{ gap: { from: 'start', period: '5s', cost: { uniform: ['200ms', '1s'] } } }],
    pick: 'readyOnly',
    numbers: [
      number('RELOAD_INTERVAL', '5 s', 'published', 'openshift/router pkg/router/template/router.go'),
      number('reload', '0.2-1 s', 'estimate', 'ours'),
    ],
    onRemoval: 'drained',
    established: 'the old HAProxy finishes its sessions',
    ownShutdown: 'sleeps 45 s, then drains for at most 30 s',
  },
  slowPollingIngress: {
    name: 'ingress',
    title: 'an ingress controller that polls the API, or reloads slowly',
    parts: [range('3s', '10s', '30s', '40s')],
    pick: 'readyOnly',
    numbers: [
      number('change until in force', '3 / 10 / 30 s', 'estimate', 'mattrobinsonsre/terrapod pull 222'),
    ],
    measure: 'from a change of the EndpointSlice until the last new connection',
    onRemoval: 'drained',
    established: 'unknown',
  },
} as const satisfies Readonly<Record<string, RouterPreset>>;
