import { ztunnelDrainSeconds } from '../../rules/routers/istio.ts';
import type { AppPreset } from './app-preset.ts';

const ZTUNNEL_GRACE_SECONDS = 30;

/** Proxies of meshes in the Pods: every connection passes them, so the Pod accepts no longer than they do. */
export const SIDECARS = {
  /**
   * The istio-proxy sidecar, a container among others: it has its stop signal when the Pod begins to stop, whatever hook the app has,
   * and is gone after terminationDrainDuration, 5 s; what is open is cut then. Until then its answers ask clients to go elsewhere.
   */
  istioProxy: {
    settings: { onStopSignal: 'drain', keepAccepting: '5s', drain: '0s', onPath: 'always' },
    confidence: 'published',
    sources: ['istio pkg/envoy/agent.go terminate', 'mesh config terminationDrainDuration'],
  },
  /**
   * istio-proxy with EXIT_ON_ZERO_ACTIVE_CONNECTIONS: after MINIMUM_DRAIN_DURATION, 5 s, it looks every second whether a connection is
   * open, and is gone at the first look that finds none. A connection counts while a request is in flight over it.
   */
  istioProxyUntilIdle: {
    settings: {
      onStopSignal: 'drain',
      keepAccepting: '5s',
      idlePoll: '1s',
      drain: '0s',
      onPath: 'always',
    },
    confidence: 'published',
    sources: ['istio pkg/envoy/agent.go terminate, activeProxyConnections'],
  },
  /** istio-proxy as a native sidecar, the default from Istio 1.27 on Kubernetes 1.33: it stays until the app has ended. */
  istioProxyNative: {
    settings: { onStopSignal: 'exit', onPath: 'always' },
    confidence: 'published',
    sources: ['istio pkg/envoy/agent.go', 'istio manifests/charts injection-template: preStop /drain'],
  },
  /** ztunnel, the node proxy of Istio's ambient mode, with the grace period of its chart: it takes no more, and what is open has 25 s. */
  ztunnel: {
    settings: { onStopSignal: 'drain', maxDrain: `${ztunnelDrainSeconds(ZTUNNEL_GRACE_SECONDS)}s` },
    confidence: 'published',
    sources: ['ztunnel src/config.rs', 'istio manifests/charts/ztunnel: terminationGracePeriodSeconds 30'],
  },
  /** The linkerd-proxy sidecar: it takes no new connection from its stop signal on, and what is open has 120 s. */
  linkerdProxy: {
    settings: { onStopSignal: 'drain', maxDrain: '120s', onPath: 'always' },
    confidence: 'published',
    sources: ['linkerd2-proxy LINKERD2_PROXY_SHUTDOWN_GRACE_PERIOD', 'linkerd2 issue 3747'],
  },
  /** linkerd-proxy as a native sidecar: it stays until the app has ended. */
  linkerdProxyNative: {
    settings: { onStopSignal: 'drain', maxDrain: '120s', onPath: 'always' },
    confidence: 'published',
    sources: ['linkerd2 charts/partials proxy: config.beta.linkerd.io/proxy-enable-native-sidecar'],
  },
  /**
   * Knative's queue-proxy: from its stop signal on it serves until no request has come for 30 s, then finishes those in flight and ends.
   * Its user container waits for it in its preStop (`/wait-for-drain`).
   */
  knativeQueueProxy: {
    settings: {
      onStopSignal: 'drain',
      keepAccepting: '30s',
      keptOpenByRequests: true,
      sendConnectionClose: false,
      failReadiness: true,
      onPath: 'always',
    },
    confidence: 'published',
    sources: ['knative/serving pkg/queue/sharedmain/main.go', 'knative/serving issues 13332 and 13953'],
  },
} as const satisfies Readonly<Record<string, AppPreset>>;
