import { number, type RouterPreset, range } from './preset.ts';

/** Load balancers of clouds, and what stands for one on bare metal. */

const LBC = 'kubernetes-sigs/aws-load-balancer-controller';
const REGISTER = number(
  'calls that register and deregister targets',
  '4 a second, 20 at once',
  'published',
  `${LBC} pkg/aws/throttle/defaults.go`,
);
const CONTROLLER = number('controller: queue and calls', '0.2-2 s', 'estimate', 'ours');
const LBC_PARTS = [
  { lag: { uniform: ['200ms', '2s'] } },
  { bucket: { perSecond: 4, burst: 20, per: 'service' } },
] as const;
const LBC_GATES = { conditionType: 'target-health.elbv2.k8s.aws', every: '15s' } as const;
const GATES = number(
  'readiness gate, from look to look',
  '15 s',
  'published',
  `${LBC} flag targetgroupbinding-requeue-duration`,
);
const DEREGISTRATION = number(
  'deregistration delay',
  '300 s',
  'published',
  'AWS, target group attribute deregistration_delay.timeout_seconds',
);

export const CLOUD_PRESETS = {
  awsAlbIp: {
    name: 'aws-alb',
    title: 'AWS ALB, IP targets',
    parts: [...LBC_PARTS, range('5s', '20s', '60s', '70s'), { drain: { timeout: '300s' } }],
    pick: 'readyOnly',
    numbers: [
      CONTROLLER,
      REGISTER,
      number(
        'deregistration until the last new connection',
        '5 / 20 / 60 s',
        'reported',
        `${LBC} issue 1064; alphagov/govuk-helm-charts pull 2202`,
      ),
      DEREGISTRATION,
      GATES,
      number(
        'connection to a target, without another try',
        '10 s',
        'published',
        'AWS, Application Load Balancers, troubleshooting: HTTP 502 and 504',
      ),
    ],
    proxy: { tries: 1, connectTimeout: '10s', repeats: 'unconnected' },
    confidence: 'reported',
    measure: 'from DeregisterTargets until the last new connection',
    onRemoval: 'drained',
    controller: 'awsLoadBalancerController',
    readinessGates: LBC_GATES,
    established: 'requests in flight finish within the deregistration delay, then they are cut',
  },
  awsNlbIp: {
    name: 'aws-nlb',
    title: 'AWS NLB, IP targets',
    parts: [...LBC_PARTS, range('90s', '120s', '180s', '190s')],
    pick: 'readyOnly',
    numbers: [
      CONTROLLER,
      REGISTER,
      number(
        'deregistration until the last new connection',
        '90 / 120 / 180 s',
        'reported',
        `${LBC} issues 2366 and 3270; aws/containers-roadmap issue 470`,
      ),
      DEREGISTRATION,
      GATES,
    ],
    confidence: 'reported',
    measure: 'from DeregisterTargets until the last new connection',
    controller: 'awsLoadBalancerController',
    readinessGates: LBC_GATES,
    established: 'flows go on; at the end of the delay they are cut only with connection_termination',
  },
  awsAlbInstance: {
    name: 'aws-alb-instance',
    title: 'AWS ALB, instance targets',
    parts: [{ healthCheck: { interval: '15s', timeout: '5s', threshold: 2 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [number('health check', '15 s, 2 failures', 'published', `${LBC} docs, Ingress annotations`)],
    established: 'connections from the load balancer to the node go on',
  },
  awsNlbInstance: {
    name: 'aws-nlb-instance',
    title: 'AWS NLB, instance targets',
    parts: [{ healthCheck: { interval: '10s', timeout: '6s', threshold: 2 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [
      number(
        'health check',
        '10 s, 2 failures',
        'published',
        `${LBC} docs, Service annotations: externalTrafficPolicy Local`,
      ),
    ],
    established: 'flows go on',
  },
  awsClb: {
    name: 'aws-clb',
    title: 'AWS Classic Load Balancer',
    parts: [{ healthCheck: { interval: '10s', timeout: '5s', threshold: 6 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [
      number(
        'health check',
        '10 s, 6 failures',
        'published',
        'kubernetes/cloud-provider-aws pkg/providers/v1/aws_loadbalancer.go',
      ),
    ],
    established: 'idle connections end after 60 s',
  },
  gcpNeg: {
    name: 'gcp-neg',
    title: 'GCP load balancer with network endpoint groups (NEG)',
    parts: [
      { api: { duration: { uniform: ['1s', '3s'] } } },
      range('5s', '20s', '60s', '70s'),
      { drain: { timeout: '0s' } },
    ],
    pick: 'notTerminating',
    numbers: [
      number(
        'attach and detach calls',
        '1-3 s',
        'estimate',
        'ours; kubernetes/ingress-gce pkg/neg/syncers polls the operation each second',
      ),
      number(
        'detach until the last new connection',
        '5 / 20 / 60 s',
        'reported',
        'Google Cloud knowledge base 000006416; kubernetes/ingress-gce issues 769 and 2222',
      ),
      number(
        'readiness gate, from look to look',
        '1 s',
        'published',
        'kubernetes/ingress-gce pkg/neg/readiness/poller.go',
      ),
      number('connectionDraining', '0 s', 'estimate', 'unset in BackendConfig: the default of the API'),
    ],
    confidence: 'reported',
    measure: 'from DetachNetworkEndpoints until the last new connection',
    readinessGates: { conditionType: 'cloud.google.com/load-balancer-neg-ready', every: '1s' },
    onRemoval: 'drained',
    established: 'requests finish within the draining timeout',
  },
  gceL4: {
    name: 'gce-l4',
    title: 'GCP network load balancer',
    parts: [{ healthCheck: { interval: '3s', timeout: '1s', threshold: 2 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [
      number(
        'health check',
        '3 s, 2 failures',
        'published',
        'kubernetes/ingress-gce pkg/healthchecksl4: externalTrafficPolicy Local; in-tree 8 s, 3 failures',
      ),
    ],
    established: 'packets of a connection go on to the same node for 30 s',
  },
  azureLoadBalancer: {
    name: 'azure-lb',
    title: 'Azure Load Balancer',
    parts: [{ healthCheck: { interval: '5s', threshold: 2 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [
      number(
        'health probe',
        '5 s, 2 failures',
        'published',
        'kubernetes-sigs/cloud-provider-azure pkg/consts/consts.go',
      ),
    ],
    established: 'TCP connections go on when the probe is down',
  },
  azureAgic: {
    name: 'azure-agic',
    title: 'Azure Application Gateway (AGIC)',
    parts: [
      {
        gap: {
          from: 'end',
          period: '1s',
          cost: {
            quantiles: [
              [0, '1s'],
              [0.5, '40s'],
              [0.99, '90s'],
              [1, '100s'],
            ],
          },
        },
      },
    ],
    pick: 'readyOnly',
    numbers: [
      number(
        'between two updates',
        '1 s',
        'published',
        'Azure/application-gateway-kubernetes-ingress pkg/worker',
      ),
      number(
        'PUT of the whole gateway',
        '1 / 40 / 90 s',
        'reported',
        'Azure/application-gateway-kubernetes-ingress issue 75 and its page on downtime',
      ),
    ],
    measure: 'from a change of the endpoints until the end of the PUT',
    onRemoval: 'cut',
    established: 'cut, unless connection draining is on',
  },
  metallb: {
    name: 'metallb',
    title: 'MetalLB',
    parts: [{ lag: { uniform: ['1ms', '200ms'] } }],
    pick: 'readyOrServing',
    targets: 'nodes',
    numbers: [
      number(
        'announcement',
        '1-200 ms',
        'estimate',
        'ours; metallb speaker: a node announces while an endpoint of its is ready or serves',
      ),
    ],
    established: 'go on with the node',
  },
  klipper: {
    name: 'klipper',
    title: 'klipper (ServiceLB of k3s)',
    parts: [],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [
      number(
        'change until in force',
        '0 s',
        'published',
        'k3s-io/klipper-lb: rules that are written once and lead to the Service; they do not change at run time',
      ),
    ],
    established: 'go on with the node',
  },
  loadBalancerLocal: {
    name: 'load-balancer',
    title: 'a load balancer that asks the health-check node port',
    parts: [{ healthCheck: { interval: '10s', timeout: '5s', threshold: 2 } }],
    pick: 'readyElseServingTerminating',
    targets: 'nodes',
    numbers: [number('health check', '10 s, 2 failures', 'estimate', 'ours; take your own')],
    measure: 'interval and threshold of its health check',
    established: 'unknown',
  },
} as const satisfies Readonly<Record<string, RouterPreset>>;
