import { number, type RouterPreset } from './preset.ts';

/** Meshes, and clients that find Pods by DNS. */
export const MESH_PRESETS = {
  istio: {
    name: 'istio',
    title: 'Istio, by EDS',
    parts: [
      { debounce: { quiet: '100ms', max: '10s' } },
      {
        lag: {
          quantiles: [
            [0, '5ms'],
            [0.5, '200ms'],
            [0.99, '1s'],
            [1, '2s'],
          ],
        },
      },
    ],
    pick: 'readyOnly',
    numbers: [
      number('PILOT_DEBOUNCE_AFTER', '0.1 s', 'published', 'istio pilot/pkg/features/pilot.go'),
      number('PILOT_DEBOUNCE_MAX', '10 s', 'published', 'istio pilot/pkg/features/pilot.go'),
      number(
        'push until each Envoy has it',
        '5 ms / 0.2 / 1 s',
        'estimate',
        'ours; the push queue serves 15 and 5 for each core at once, at most 100',
      ),
      number(
        'tries of a request (connect-failure), each connection within 10 s',
        '3',
        'published',
        'istio pilot/pkg/networking/core/route/retry/retry.go DefaultPolicy',
      ),
    ],
    proxy: { tries: 3, connectTimeout: '10s', repeats: 'unconnected', answers: 'serviceUnavailable' },
    onRemoval: 'drained',
    established: 'requests and streams finish, idle connections are closed; TCP connections stay',
    ownShutdown:
      'a classic sidecar leaves 5 s after its SIGTERM unless terminationDrainDuration says otherwise',
  },
  istioAmbient: {
    name: 'istio-ambient',
    title: 'Istio ambient (ztunnel)',
    parts: [{ debounce: { quiet: '100ms', max: '10s' } }, { lag: { uniform: ['5ms', '200ms'] } }],
    pick: 'readyOnly',
    numbers: [
      number('PILOT_DEBOUNCE_AFTER', '0.1 s', 'published', 'istio pilot/pkg/features/pilot.go'),
      number('PILOT_DEBOUNCE_MAX', '10 s', 'published', 'istio pilot/pkg/features/pilot.go'),
      number(
        'push until each ztunnel has it',
        '5-200 ms',
        'estimate',
        'ours; istiod hears of the Pod itself, not of its EndpointSlice',
      ),
    ],
    watches: 'pods',
    established: 'go on until the ztunnel ends',
  },
  linkerd: {
    name: 'linkerd',
    title: 'Linkerd',
    parts: [{ lag: { uniform: ['1ms', '100ms'] } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'update of the destination controller',
        '1-100 ms',
        'estimate',
        'linkerd2 controller/api/destination: no debounce in source',
      ),
    ],
    onRemoval: 'drained',
    established: 'go on until the proxy ends',
  },
  knativeActivator: {
    name: 'knative-activator',
    title: "Knative's activator",
    parts: [{ healthCheck: { interval: '200ms', timeout: '300ms', threshold: 1 } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'probe of each Pod',
        '200 ms, timeout 300 ms',
        'published',
        'knative/serving pkg/activator/net/revision_backends.go',
      ),
    ],
    onRemoval: 'drained',
    established: 'requests finish',
    ownShutdown: 'its readiness fails, it sleeps 45 s, and then shuts down',
  },
  dnsHeadless: {
    name: 'dns',
    title: 'DNS of a headless Service',
    parts: [{ ttlCache: { ttl: '30s', mode: 'decrement' } }],
    pick: 'readyOnly',
    numbers: [
      number(
        'cache of CoreDNS',
        '30 s',
        'published',
        'kubeadm up to 1.31: cache 30; from 1.32 on cluster.local is not cached (kubernetes pull 128359)',
      ),
    ],
    measure:
      'how long your client keeps an address (a JVM 30 s, NodeLocal DNS 30 s, gRPC until the connection breaks)',
    established: 'untouched',
  },
  dnsJvm: {
    name: 'dns-jvm',
    title: 'DNS of a headless Service, asked by a JVM over NodeLocal DNS',
    parts: [
      { ttlCache: { ttl: '30s', mode: 'decrement' } },
      { ttlCache: { ttl: '30s', floor: '5s', mode: 'decrement' } },
      { ttlCache: { ttl: '30s', mode: 'fixed' } },
    ],
    pick: 'readyOnly',
    numbers: [
      number('cache of CoreDNS', '30 s', 'published', 'kubeadm up to 1.31: cache 30'),
      number(
        'cache of NodeLocal DNS',
        '30 s, at least 5 s',
        'published',
        'kubernetes cluster/addons/dns/nodelocaldns/nodelocaldns.yaml; coredns plugin/cache',
      ),
      number('cache of the JVM', '30 s', 'estimate', 'networkaddress.cache.ttl without a security manager'),
    ],
    measure: 'how long your client keeps an address',
    established: 'untouched',
  },
} as const satisfies Readonly<Record<string, RouterPreset>>;
