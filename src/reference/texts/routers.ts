import type { NodeTexts, PartNodes } from '../nodes.ts';

/** Routers and the parts that they are made of, in words. */

export const ROUTER_TEXTS = {
  RouterInput: {
    '': 'Whoever else sends to Pods: what a change of the endpoints goes through, and whom it picks.',
    name: 'Its name: lower case letters, digits, "-" and ".".',
    sources: 'Where its figures were read.',
    confidence: 'How sure they are.',
    measure: 'The one number that rests on reports or an estimate and is worth measuring.',
    services: 'Names of the Services it routes to; all where it is left out.',
    parts: {
      text: 'What a change of the endpoints goes through before it routes by it, in order; `[]`: nothing.',
      examples: [[{ debounce: { quiet: '100ms', max: '10s' } }, { lag: '20ms' }]],
    },
    lag: {
      text: 'The same with one part: from the arrival of a new EndpointSlice until it routes by it.',
      examples: ['5s', { uniform: ['2s', '20s'] }],
    },
    pick: 'Which endpoints it sends new connections to.',
    controller:
      'The controller that fills it, where whom that one registers is a rule of its own; `pick` chooses of these.',
    watches:
      'What tells it of Pods: their `endpointSlices`, or the `pods` themselves (Istio ambient), so that the delay of the EndpointSlice controller does not count and a Pod that was asked to stop is never picked.',
    established:
      'What becomes of connections that are open when it lets go of a Pod: `kept` ones go on, `drained` ones carry no further request and are closed when idle (GOAWAY), `cut` ones end at once.',
    proxy:
      'It speaks HTTP and ends connections itself: each request goes on over a connection of its own, and failures are answers of its own, 502, 503 or 504. Left out: it passes connections on, and clients see what becomes of them.',
    readinessGates:
      'Readiness gates of its Pods that it sets: it registers a Pod as soon as its containers are ready, and once it sends to it the condition becomes True, when it next looks. Until then the Pod is not Ready, and a rollout waits.',
    targets: 'What it sends to: Pods, or the node ports of the nodes that they run on.',
    adds: 'Whether it stands beside the routers that the manifests name for its Services, and not in their place.',
    via: {
      text: 'What else a connection through it passes, in order: names of routers that stand before it, and `dataPlane` (or `kubeProxy`) where it sends to the ClusterIP, so that the node picks the Pod. A connection is lost if any of them is stale.',
      examples: ['aws-nlb', ['aws-nlb', 'dataPlane']],
    },
    instances: 'Replicas or workers, each with draws of its own; the slowest counts.',
    latency: 'One way to a Pod.',
    terminatingFallback:
      'Whether it falls back to terminating endpoints that serve where none is ready: the same as `pick: readyElseServingTerminating`.',
  },
  ProxyInput: {
    '': 'How a proxy tries requests.',
    tries:
      'Pods that it tries for one request at most: another one after a connection that did not come about, and after what else it repeats.',
    connectTimeout: { text: 'How long it waits for each connection.', examples: ['5s'] },
    repeats:
      'What it tries again: where no connection came about (`unconnected`), or also what was cut and may happen twice (`idempotent`).',
    answers:
      'How it answers for a Pod that it did not reach, or that cut it off: with 502, and 504 where it waited (`badGateway`), or with 503, as Envoy does (`serviceUnavailable`).',
  },
  ReadinessGatesInput: {
    '': 'Which readiness gates a router sets.',
    conditionType: {
      text: 'How the types of its conditions begin.',
      examples: ['target-health.elbv2.k8s.aws', 'cloud.google.com/load-balancer-neg-ready'],
    },
    every: { text: 'How often it looks.', examples: ['15s'] },
  },
  PartInput: {
    '': "One mechanism of a router: an object with the part's name as its only key.",
    lag: 'Every change comes through after a delay of its own, in order.',
    bucket: 'A token bucket: a call waits for its token and then takes up what is newest.',
    gap: 'At least a period between two runs; what comes in meanwhile is taken up together by the next one.',
    debounce: 'Waits for quiet, at most for so long, and pushes what has come in; one push at a time.',
    ticker: 'A free-running clock: at each tick all that was collected is handed on.',
    loop: 'Round, sleep, round: what has come in when a round starts is in force when it ends.',
    api: 'An API that adds and removes endpoints by calls: none for an endpoint that has one already.',
    healthCheck: 'Probes each target and leaves out those that have failed often enough in a row.',
    drain: 'What is open at a removal goes on for a while, and is cut then.',
    ttlCache: 'A cache of addresses: it answers with what it has until that is too old, and then asks again.',
    sticky:
      'Clients with a session (a cookie) stay with their Pod when new clients are no longer sent there.',
    register:
      'A new target gets connections only after a while; one that leaves is left out at once (the target group of a load balancer).',
  },
  BucketInput: {
    '': 'A token bucket.',
    perSecond: 'Calls a second that come back.',
    burst: 'Calls that may follow one another at once after a rest.',
    per: 'What one call covers: all routes, or those of one Service (a target group, a pool).',
  },
  GapInput: {
    '': 'At least a period between two runs.',
    from: 'What the gap is measured from: the start or the end of the run before.',
    period: 'The least time between two runs.',
    cost: 'How long a run takes: a reload, a sync, a call. Its routes are in force when it ends.',
  },
  DebounceInput: {
    '': 'Waits for quiet, at most for so long.',
    quiet: 'How long no change must come.',
    max: 'How long the first change waits at most.',
    cost: 'How long a push takes; none begins before it has ended. Its routes are in force when it ends.',
  },
  TickerInput: {
    '': 'A free-running clock.',
    period: 'From tick to tick.',
    instances:
      'Independent clocks of the same period, such as workers; a change has come through when the last has ticked.',
  },
  LoopInput: {
    '': 'Rounds with a sleep between them.',
    period: 'How long it sleeps after a round.',
    cost: 'How long a round takes; the same for all rounds of a run.',
  },
  ApiInput: {
    '': 'An API that adds and removes endpoints by calls.',
    duration: 'How long one call takes, from its request until the operation is done.',
  },
  HealthCheckInput: {
    '': 'Probes of each target.',
    interval: 'From probe to probe.',
    timeout: 'How long a probe waits for its answer.',
    threshold: 'Failures in a row that mark a target down.',
    healthyThreshold: 'Successes in a row that bring it back.',
  },
  DrainInput: {
    '': 'What becomes of open connections.',
    timeout: 'How long connections that are open at the removal may go on; 0 cuts them at once.',
  },
  TtlCacheInput: {
    '': 'A cache of addresses.',
    ttl: 'The TTL of what it keeps, or, in mode `fixed`, how long it keeps anything.',
    floor: 'It keeps nothing for less.',
    mode: '`decrement` hands on what is left of the TTL; `fixed` ignores TTLs and keeps all for its own time.',
  },
  StickyInput: {
    '': 'Clients with a session.',
    until:
      'How long a client keeps its Pod: while the Pod still serves, or until it has left the EndpointSlice.',
  },
  RegisterInput: {
    '': 'The registration of new targets.',
    initial: {
      text: 'From its registration until a new target gets its first connection: the call, and its first health checks.',
      examples: ['30s', { uniform: ['15s', '30s'] }],
    },
  },
} satisfies NodeTexts<'RouterInput' | 'ProxyInput' | 'ReadinessGatesInput' | 'PartInput' | keyof PartNodes>;
