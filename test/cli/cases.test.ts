import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { container, deployment, execSleeps, type Hook, service, sleeps } from '../run/manifests.ts';
import { cms, controller, operator, shop } from './demo-apps.ts';
import { enter, runHere } from './run-here.ts';

/** Inputs on which an answer was once wrong, missing or misleading, with the right one, through the command line. */

let leave: () => void;
const folder = mkdtempSync(join(tmpdir(), 'prestop-cases-'));
beforeAll(() => {
  leave = enter(folder);
});
afterAll(() => {
  leave();
  rmSync(folder, { recursive: true, force: true });
});

type Objects = readonly object[];

async function run(objects: Objects, ...args: readonly string[]) {
  writeFileSync('all.json', JSON.stringify(objects));
  const [command = 'check', ...rest] = args;
  const { code, stdout, stderr } = await runHere([command, 'all.json', ...rest]);
  return { code, said: `${stdout}${stderr}`.replace(/\s+/g, ' '), lines: stdout.trimEnd().split('\n') };
}

const rename = <T>(name: string, object: T): T =>
  JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`)) as T;
const app = (name: string, preStop?: Hook, replicas = 2): Objects => [
  rename(name, deployment({ replicas, preStop })),
  rename(name, service()),
];
const withSpec = (object: { readonly spec: object }, over: object) => ({
  ...object,
  spec: { ...object.spec, ...over },
});
const ofKind = (kind: string, object: { readonly spec: object }, over: object = {}) => {
  const { strategy: _, ...spec } = { strategy: null, ...object.spec };
  return { ...object, kind, spec: { ...spec, ...over } };
};
const good = app('good', sleeps(6));
const few = ['--runs', '2'] as const;
const drain = ['--set', 'actions=[{type: drainNode, node: node-1}]'] as const;
const sh = (script: string): Hook => ({ exec: { command: ['sh', '-c', script] } });

interface Case {
  readonly what: string;
  readonly objects: Objects;
  readonly args: readonly string[];
  readonly code: number;
  readonly says: readonly string[];
  readonly saysNot?: readonly string[];
}

const db = rename('db', deployment({ replicas: 2 }));
const CASES: readonly Case[] = [
  {
    what: 'a StatefulSet beside a good Deployment is stopped and judged, too',
    objects: [...good, ofKind('StatefulSet', db, { serviceName: 'db' }), rename('db', service())],
    args: ['check', ...few],
    code: 1,
    says: ['UNSAFE: 1 of 2 workloads: StatefulSet db', 'Deployment good rolled out sleep 6 s 30 s safe'],
  },
  {
    what: 'a DaemonSet beside it rolls, too',
    objects: [
      ...good,
      ofKind('DaemonSet', rename('edge', deployment()), { replicas: undefined }),
      rename('edge', service()),
    ],
    args: ['check', '--runs', '1'],
    code: 1,
    says: ['UNSAFE: 1 of 2 workloads: DaemonSet edge', 'DaemonSet edge rolled out none'],
  },
  {
    what: 'so is a custom resource with a Pod template, and how it rolls is said not to be simulated',
    objects: [
      ...good,
      { ...ofKind('CloneSet', db), apiVersion: 'apps.kruise.io/v1alpha1' },
      rename('db', service()),
    ],
    args: ['check', ...few],
    code: 1,
    says: ['CloneSet db one Pod deleted', 'how CloneSet db rolls is not simulated: one Pod of it is deleted'],
  },
  {
    what: 'where one Pod is deleted by request, the Services that nobody stopped are no safe ones',
    objects: [...good, db, rename('db', service())],
    args: ['check', ...few, '--delete-pod', 'good-1-1'],
    code: 5,
    says: ['NOT JUDGED: Service db', 'Service db: not judged', 'Service good: safe in every run'],
  },
  {
    what: 'a headless Service beside: its clients keep the address for as long as DNS says',
    objects: [...good, withSpec(rename('dns', service()), { clusterIP: 'None', selector: { app: 'good' } })],
    args: ['check', ...few],
    code: 1,
    says: ['router/dns still sent connections to good-', 'dnsHeadless: Service/dns'],
  },
  {
    what: 'php-fpm behind nginx is on its path, and its own hook is the one that is too short',
    objects: [
      deployment({
        replicas: 2,
        containers: [
          container({ name: 'nginx', preStop: execSleeps(9) }),
          container({ name: 'fpm', port: null }),
        ],
        terminationGracePeriodSeconds: 60,
      }),
      service(),
    ],
    args: ['check', ...few, '--app', 'nginx=nginx', '--app', 'fpm=phpFpm'],
    code: 1,
    says: ['(container fpm)', 'Set preStop of container fpm to at least'],
  },
  {
    what: 'a hook of one string with a space is no executable',
    objects: app('web', { exec: { command: ['sleep 20'] } }),
    args: ['check', ...few],
    code: 1,
    says: [
      'UNSAFE: Deployment web',
      'Deployment web rolled out exec fails',
      'Fix: The preStop hook that is there fails: mend it, or put a sleep in its place.',
      '(the most that 2 runs needed)',
    ],
  },
  {
    what: 'a hook that closes the listener and does nothing else has to sleep first, and is not to be longer',
    objects: app('web', { exec: { command: ['httpd', '-k', 'graceful-stop'] } }),
    args: ['check', ...few],
    code: 1,
    says: ['Let it sleep first, at least', 'and close then'],
    saysNot: ['Set preStop to at least'],
  },
  {
    what: 'a hook that quits first is found, whatever duration is stated',
    objects: app('web', sh('nginx -s quit; sleep 9')),
    args: ['check', ...few, '--set', 'apps.web.preStop.duration=9s'],
    code: 1,
    says: ['No length of this hook helps', 'Let it sleep first, at least'],
  },
  {
    what: 'a hook that lasts all of the grace period is unsafe in every form',
    objects: app('web', execSleeps(30)),
    args: ['check', ...few],
    code: 1,
    says: ['Shorten the hook to less than 30 s, or raise terminationGracePeriodSeconds to at least'],
  },
  {
    what: 'the same as a native sleep that is asked for',
    objects: app('web', execSleeps(3)),
    args: ['check', ...few, '--pre-stop', '30'],
    code: 1,
    says: ['took 30 s of a grace period of 30 s'],
  },
  {
    what: 'publishNotReadyAddresses is the cause, and not the number of replicas',
    objects: [
      deployment({ replicas: 3, preStop: sleeps(4) }),
      withSpec(service(), { publishNotReadyAddresses: true }),
    ],
    args: ['check', ...few],
    code: 1,
    says: ['Service web sets publishNotReadyAddresses', 'Remove the field'],
    saysNot: ['second replica'],
  },
  {
    what: 'a drain that a budget blocks names the budget and its arithmetic',
    objects: [
      ...app('web', sleeps(4), 1),
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'keep' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
      },
    ],
    args: ['check', ...few, ...drain],
    code: 5,
    says: ['NOT JUDGED: No Pod was stopped', 'PodDisruptionBudget keep (needs 1, has 1: never ends)'],
  },
  {
    what: 'an external policy Local behind some load balancer: preStop as long as its health check takes',
    objects: [
      deployment({ replicas: 2, preStop: sleeps(3), terminationGracePeriodSeconds: 60 }),
      withSpec(service(), { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    ],
    args: ['check', ...few],
    code: 1,
    says: [
      'preset loadBalancerLocal: Service/web',
      'Set preStop to at least',
      'load-balancer rests on an estimate',
    ],
    saysNot: ['No preStop value helps'],
  },
  {
    what: 'the same with a hook that is as long',
    objects: [
      deployment({ replicas: 2, preStop: sleeps(40), terminationGracePeriodSeconds: 60 }),
      withSpec(service(), { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    ],
    args: ['check', ...few],
    code: 0,
    says: ['SAFE: Deployment web'],
  },
  {
    what: 'a load balancer that lets go later than the grace period: both numbers, in one sentence',
    objects: app('web', execSleeps(35)),
    args: ['check', '--runs', '3', '--router', 'awsAlbIp'],
    code: 1,
    says: [
      'Raise terminationGracePeriodSeconds to at least',
      'and set preStop to',
      'no hook that fits 30 s is long enough',
    ],
  },
  {
    what: 'a worker whose work is cut, with the grace period that it needs',
    objects: [deployment({ replicas: 2 })],
    args: ['check', ...few, '--set', 'apps.web.drain=50s'],
    code: 1,
    says: ['UNSAFE: Deployment web', 'SIGKILL ended container web', 'at least 51', 'nobody sends to it'],
  },
  {
    what: 'a rollout that no node has room for is not judged, and the answer says what keeps it',
    objects: app('web', sleeps(5)).map((each) =>
      JSON.parse(JSON.stringify(each).replace('"containerPort":', '"hostPort":8080,"containerPort":')),
    ),
    args: ['check', ...few, '--set', 'cluster.nodes=2'],
    code: 5,
    says: ['NOT JUDGED: Deployment web', 'No Pod was stopped: no node could take web-2-0', 'Add a node'],
  },
  {
    what: 'find says the same of that worker',
    objects: [deployment({ replicas: 2 })],
    args: ['find', ...few, '--set', 'apps.web.drain=50s'],
    code: 1,
    says: ['even without a hook', 'Raise terminationGracePeriodSeconds to at least'],
  },
  {
    what: 'a worker of which nobody says what it does is not judged',
    objects: [deployment({ replicas: 2 })],
    args: ['check', ...few],
    code: 5,
    says: ['NOT JUDGED', 'nothing sends to Deployment web'],
  },
  {
    what: 'containers of one name are described by their workload',
    objects: [...app('front', sleeps(5)), ...app('back', sleeps(5))].map((each) =>
      JSON.parse(JSON.stringify(each).replace(/("containers":\[\{"name":)"[a-z]+"/, '$1"server"')),
    ),
    args: ['check', ...few, '--set', 'apps.front/server.drain=28s'],
    code: 1,
    says: ['UNSAFE: 1 of 2 workloads: Deployment front'],
  },
  {
    what: 'a lone Pod that is drained is safe only as long as its successor starts at once, which is said',
    objects: app('web', sleeps(6), 1),
    args: ['check', ...few, ...drain],
    code: 0,
    says: ['taken to accept as soon as it runs (startup 0 s)'],
  },
  {
    what: 'and unsafe where it does not',
    objects: [
      deployment({
        replicas: 1,
        preStop: sleeps(6),
        readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 2 },
      }),
      service(),
    ],
    args: ['check', ...few, ...drain, '--set', 'apps.web.startup=30s'],
    code: 1,
    says: ['Service web had no usable endpoint', 'Run more replicas of web'],
  },
  {
    what: 'a node that goes 90 s after its drain leaves the hook so much at most',
    objects: [
      deployment({ replicas: 2, preStop: execSleeps(50), terminationGracePeriodSeconds: 120 }),
      service(),
    ],
    args: [
      'check',
      ...few,
      '--set',
      'actions=[{type: drainNode, node: node-1},{type: nodeLost, node: node-1, at: 90s}]',
      '--set',
      'apps.web.drain=60s',
    ],
    code: 1,
    says: ['Set preStop to at most 29 s: the node is gone 90 s after the Pod began to stop'],
  },
  {
    what: 'find says the same: at most so many seconds, since the node is gone then',
    objects: [
      deployment({ replicas: 2, preStop: execSleeps(50), terminationGracePeriodSeconds: 120 }),
      service(),
    ],
    args: [
      'find',
      ...few,
      '--set',
      'actions=[{type: drainNode, node: node-2},{type: nodeLost, node: node-2, at: 25s}]',
      '--set',
      'apps.web.drain=20s',
    ],
    code: 0,
    says: ['to 4 s.', 'Set preStop to at most 4 s: the node is gone 25 s after the Pod began to stop'],
  },
  {
    what: 'an Ingress of which nobody knows the class is not judged',
    objects: [
      ...app('web', sleeps(9)),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'shop' },
        spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      },
    ],
    args: ['check', '--runs', '1'],
    code: 5,
    says: ['NOT JUDGED: Ingress shop', 'or --router'],
  },
  {
    what: 'and is judged as soon as somebody says which router that is',
    objects: [
      ...app('web', sleeps(9)),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'shop' },
        spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      },
    ],
    args: ['check', '--runs', '1', '--router', 'ingressNginx'],
    code: 0,
    says: ['SAFE: Deployment web', 'Routers beside the nodes: ingress-nginx.'],
  },
  {
    what: 'a run that ends while the Pod still stops is not judged, and no length is read off it',
    objects: app('web', sleeps(5)),
    args: ['check', ...few, '--delete-pod', 'web-1-1', '--set', 'horizon=3s'],
    code: 5,
    says: [
      'NOT JUDGED',
      'not judged in 2 of 2 runs.',
      'was still stopping when the run ended at its horizon',
    ],
    saysNot: ['Set preStop'],
  },
  {
    what: 'and find goes no further than runs were judged',
    objects: app('web', sleeps(5)),
    args: ['find', ...few, '--delete-pod', 'web-1-1', '--set', 'horizon=3s'],
    code: 0,
    says: ['from 1 s to 2 s.', 'with a second more the run ends at its horizon, before it can be judged'],
    saysNot: ['to 30 s'],
  },
  {
    what: 'Ready long before it accepts: gating, without a client',
    objects: app('web', sleeps(5)),
    args: ['check', ...few, '--set', 'apps.web.startup=20s'],
    code: 1,
    says: ['UNSAFE', 'readyTooEarly', 'give web a readinessProbe'],
  },
  {
    what: 'a hook needs its program in the image, which the name of this one speaks against',
    objects: [
      JSON.parse(
        JSON.stringify(deployment({ replicas: 2, preStop: execSleeps(9) })).replace(
          /"image":"[^"]+"/,
          '"image":"gcr.io/distroless/base:nonroot"',
        ),
      ) as object,
      service(),
    ],
    args: ['check', ...few],
    code: 0,
    says: ['the hook runs sleep, and an image like gcr.io/distroless/base:nonroot holds no such program'],
  },
  {
    what: 'Recreate is an outage of so many seconds, whatever the replicas',
    objects: [
      withSpec(deployment({ replicas: 3, preStop: sleeps(2) }), { strategy: { type: 'Recreate' } }),
      service(),
    ],
    args: ['check', '--runs', '1'],
    code: 1,
    says: [
      'Use RollingUpdate with maxUnavailable: 0, or accept that the Service is away for 2 s at each rollout',
    ],
    saysNot: ['replica of', 'more replicas'],
  },
  {
    what: 'a router that the manifests and the command line name is there once',
    objects: [
      ...app('web', sleeps(5)),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'web', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
        spec: { ingressClassName: 'alb', defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
      },
    ],
    args: ['check', ...few, '--router', 'awsAlbIp'],
    code: 1,
    says: ['Routers beside the nodes: aws-alb (preset awsAlbIp: Ingress/web'],
    saysNot: ['aws-alb-2'],
  },
  {
    what: 'find stands between both edges, with the slack to each',
    objects: [deployment({ replicas: 2, preStop: sleeps(3), terminationGracePeriodSeconds: 22 }), service()],
    args: ['find', '--runs', '6', '--set', 'apps.web.drain=9s', '--router', 'ingressNginx'],
    code: 0,
    says: [
      'above the smallest safe value (50 % of it, but no nearer to the other edge)',
      's below the largest',
    ],
  },
];

describe('the right answer', () => {
  it.each(CASES)('$what', async ({ objects, args, code, says, saysNot = [] }) => {
    const found = await run(objects, ...args);
    for (const each of says) expect(found.said).toContain(each);
    for (const each of saysNot) expect(found.said).not.toContain(each);
    expect(found.code).toBe(code);
  });
});

describe('the table of', () => {
  it('a shop of twelve Deployments whose containers have one name fits 25 lines', async () => {
    const { code, lines, said } = await run(shop(), 'check', '--runs', '2');
    expect(code).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(said).toContain('SAFE: all 12 workloads, in every one of 2 runs each.');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('nginx and php-fpm in one Pod, and a database for peers', async () => {
    const { code, said } = await run(cms(), 'check', ...few, '--app', 'nginx=nginx', '--app', 'fpm=phpFpm');
    expect(code).toBe(0);
    expect(said).toContain('SAFE: Deployment cms');
    expect(said).toContain(
      'nothing sends to StatefulSet db but its peers, through its own headless Service db',
    );
  });

  it('an ingress controller that closes in its hook, behind a load balancer before nodes', async () => {
    const { code, said } = await run(controller(), 'check', ...few);
    expect(code).toBe(1);
    expect(said).toContain('router/load-balancer still sent connections to ingress-');
    expect(said).toContain('Let it sleep first, at least');
  });

  it('an operator with CRDs and a fleet of its own kind', async () => {
    const { code, said } = await run(operator(), 'check', ...few);
    expect(code).toBe(0);
    expect(said).toContain('Fleet fleet one Pod deleted');
    expect(said).toContain('how Fleet fleet rolls is not simulated');
  });

  it('several workloads names the scenario file that was used, and sweep has a table of each', async () => {
    writeFileSync('prestop.config.yaml', 'cluster: { nodes: 2 }\n');
    const checked = await run([...good, ...app('also', sleeps(5))], 'check', ...few);
    expect(checked.said).toContain('Using prestop.config.yaml.');
    const found = await run([...good, ...app('also', sleeps(5))], 'sweep', '--runs', '1', '--step', '15');
    rmSync('prestop.config.yaml');
    expect(found.lines.filter((line) => line.startsWith('Deployment/'))).toEqual([
      'Deployment/good',
      'Deployment/also',
    ]);
    expect(found.code).toBe(0);
  });
});
