import type { NodeTexts } from '../nodes.ts';

/** Processes and those who send to them, in words. */

export const APP_TEXTS = {
  AppInput: {
    '': "What a container's process does: at the stop signal, in its preStop hook, and with connections and requests.",
    name: 'Of the preset that it is, for the assumptions.',
    sources: 'Where its settings were read.',
    confidence: 'How sure they are.',
    stopSignal: {
      text: "The image's stop signal where it is another than SIGTERM; for the reader, `onStopSignal` says what it does.",
      examples: ['SIGQUIT'],
    },
    onStopSignal:
      '`drain`: stops accepting, finishes its work, exits. `exit`: exits at once, whatever is in flight. `crash`: the same, with an error. `ignore`: takes no notice (a shell as PID 1).',
    keepAccepting: { text: 'How long it goes on accepting after the stop signal.', examples: ['10s'] },
    keptOpenByRequests:
      "Each request that comes in this time begins it anew (Knative's queue-proxy): it stops accepting once none has come for so long.",
    idlePoll: {
      text: 'When this time is over it looks as often whether a request is in flight, and stops accepting at the first look that finds none (Istio, EXIT_ON_ZERO_ACTIVE_CONNECTIONS).',
      examples: ['1s'],
    },
    drain: {
      text: 'How long its work in flight takes after it stopped accepting: then it exits, and cuts what is still in flight. Left out: it exits as soon as no request is in flight, as long as `maxDrain` and the grace period allow; without clients at once.',
      examples: ['5s'],
    },
    maxDrain: 'Its own limit on waiting for work in flight; none by default.',
    exitCode: 'What it exits with after the stop signal.',
    failReadiness: 'Its readiness probe fails from the stop signal on.',
    readiness:
      'When its readiness probe fails though it serves, in every Pod of it; liveness and startup probes are not concerned.',
    imagePull: 'How long its image takes to be pulled; nothing where the node has it.',
    startup: { text: 'From the start of its process until it accepts.', examples: ['20s'] },
    completesAfter: {
      text: "How long its work takes, from when it is up: then it exits by itself. Of a Job's container; left out: it goes on until it is stopped.",
      examples: ['10m'],
    },
    completionExitCode: 'What it exits with then; anything but 0 is a failure.',
    onPath:
      'Whether a new connection passes this container: `port` where it declares the port, `always` (a proxy in front), `never`.',
    preStop: 'What its preStop hook does, where the manifest cannot say.',
    closeIdleKeepAlive: 'Closes idle kept connections when it stops accepting.',
    sendConnectionClose:
      'From the stop signal on, its answers say `Connection: close`; never where it ignores the signal.',
    sendGoAway:
      'HTTP/2: when it stops accepting, it sends GOAWAY on every connection, and still serves what comes before that has arrived.',
    loseBacklog:
      'Connections that the kernel has taken and the app has not accepted yet are reset when the listener closes, as Linux does.',
    concurrency:
      'Requests that it works on at a time; all of them where it is left out. Others wait in the accept backlog.',
    backlog: 'Connections that wait at most (Linux: somaxconn); the first packets of more are dropped.',
    keepAliveTimeout: 'After how long it closes an idle kept connection; never where it is left out.',
  },
  ReadinessInput: {
    '': 'A time in which the readiness probe of an app fails though it serves.',
    at: { text: 'When it begins to fail.', examples: ['5s'] },
    for: { text: 'How long it fails.', examples: ['12s'] },
    since: 'From what `at` counts: the start of the run, or the stop signal of the container.',
  },
  PreStopInput: {
    '': 'What a preStop hook does, where the manifest cannot say.',
    duration: {
      text: 'How long the hook really takes, from its start in the container.',
      examples: ['12s'],
    },
    outcome: 'How it ends.',
    missingBinary: 'The command is not in the image (distroless): the hook fails at once.',
    waitsFor: {
      text: "Name of a container of the same Pod: the hook ends when that one stops accepting (Knative's `/wait-for-drain`), and fails where it does not run.",
      examples: ['queue-proxy'],
    },
    effect: 'What it does to the app beside taking time; left out: what its command says, else nothing.',
    effectAt:
      'Whether it does so first and sleeps then, or sleeps first, or how long after its start. Left out: as its command says, else first.',
  },
} satisfies NodeTexts<'AppInput' | 'PreStopInput' | 'ReadinessInput'>;

export const CLIENT_TEXTS = {
  ClientInput: {
    '': 'A client: who sends requests to a Service, from where, how often, over which connections, and what it does when one fails.',
    name: 'Its name: lower case letters, digits, "-" and ".".',
    sources: 'Where its settings were read.',
    from: { text: 'Where it stands.', examples: ['external', { node: 'node-1' }, { pod: 'web-1-0' }] },
    service: 'Name of the Service; may be left out where there is one.',
    port: { text: 'Number or name of its port; the first by default.', examples: [80, 'http'] },
    through:
      'The address that it uses, or the router. By default the ClusterIP from a Pod or a node; from outside a load balancer in front of all nodes, or the only router where the Service has no address that is reachable from outside.',
    via: {
      text: 'Routers that its connections pass in a row, the outermost first; the last one, or its node, picks the Pod. In place of `through`.',
      examples: [['aws-alb', 'ingress-nginx']],
    },
    load: {
      text: 'How many requests.',
      examples: [{ ratePerSecond: 50 }, { concurrency: 4, pause: '10ms' }],
    },
    start:
      'When it begins. Given, the first request is sent at that very moment; else at a drawn place after 0 s.',
    stop: 'It begins no request from then on, and a run goes on until then; left out: it sends until the cluster is quiet.',
    connection:
      'A new connection for each request, kept ones, or one long stream each. Over UDP a socket for each request (`new`), or one for all (`flow`), whose packets go to one Pod until conntrack forgets them.',
    request: 'What a request is like.',
    connectTimeout: 'How long it waits for a connection.',
    requestTimeout: 'Of the whole request, retries included; 30 s by default, none for a stream.',
    retry:
      'What it tries again. `onConnectFailure`: where no connection came about, up to 3 attempts in all. `idempotent`: an idempotent request that met a kept connection which the server had closed, or that was cut on one before the answer began, as often as it takes. With `attempts`: whatever failed but a timeout of the request, where no connection came about or the request is idempotent.',
    latency:
      'One way to where its connections enter; by default 0 from a Pod or a node, and 1 ms from outside.',
  },
  ClientPodInput: {
    '': 'In a Pod.',
    pod: { text: 'Name of the Pod, namespace/name outside `default`.', examples: ['web-1-0'] },
  },
  ClientNodeInput: {
    '': 'On a node, outside of any Pod.',
    node: { text: 'Name of the node.', examples: ['node-1'] },
  },
  NodePortInput: {
    '': 'Through the node port of one node.',
    nodePort: { text: 'Name of the node.', examples: ['node-1'] },
  },
  ThroughRouterInput: {
    '': 'Through a router.',
    router: { text: 'Name of the router.', examples: ['aws-alb'] },
  },
  RateInput: {
    '': 'Requests at a rate, whatever becomes of the earlier ones.',
    ratePerSecond: 'Requests begun a second.',
    arrivals: 'Evenly spaced, or with exponentially distributed gaps.',
  },
  WorkersInput: {
    '': 'Workers that each begin a request when their last one has ended.',
    concurrency: 'How many workers.',
    pause: 'Between the end of one request and the next.',
  },
  KeptConnectionInput: {
    '': 'Connections are kept and used again.',
    keepAlive: 'How they are kept.',
  },
  KeepAliveInput: {
    '': 'A pool of kept connections.',
    pool: 'Idle connections that it keeps; beyond them a request gets one of its own that is closed after it.',
    idleTimeout: 'After how long it closes an idle one.',
    maxRequests: 'Requests over one connection at most; no limit by default.',
    multiplexed: 'Requests share one connection (HTTP/2).',
    maxStreams:
      'HTTP/2: requests on the connection at a time; others wait in the client. No limit by default.',
  },
  StreamConnectionInput: {
    '': 'Each request is one long stream over a connection of its own (a download, a WebSocket, a server stream).',
    stream: 'What a stream is like.',
  },
  StreamInput: {
    '': 'A long stream.',
    duration: 'How long it takes.',
  },
  RequestInput: {
    '': 'What a request is like.',
    duration: 'How long the app works on it.',
    idempotent: 'Whether it may be sent twice.',
  },
  RetryInput: {
    '': 'So many attempts: again whatever failed but a timeout of the request, where no connection came about or the request is idempotent.',
    attempts: 'Attempts in all, the first one counted.',
    backoff: 'From a failure until the next attempt.',
  },
} satisfies NodeTexts<
  | 'ClientInput'
  | 'ClientPodInput'
  | 'ClientNodeInput'
  | 'NodePortInput'
  | 'ThroughRouterInput'
  | 'RateInput'
  | 'WorkersInput'
  | 'KeptConnectionInput'
  | 'KeepAliveInput'
  | 'StreamConnectionInput'
  | 'StreamInput'
  | 'RequestInput'
  | 'RetryInput'
>;
