import type { Kubectl } from './kubectl.ts';
import type { RecordOptions } from './options.ts';
import type { RecordedWorkload } from './workload.ts';

/** What a recording is going to do to a cluster, said before it does it. */

/** The rights that it needs, in one namespace. */
export function roleYaml(mode: RecordOptions['mode'] = 'delete'): string {
  const act =
    mode === 'rollout'
      ? ['  - apiGroups: [apps]', '    resources: [deployments]', '    verbs: [get, patch]']
      : [
          '  - apiGroups: [""]',
          '    resources: [pods]',
          '    verbs: [delete]',
          '  - apiGroups: [apps]',
          '    resources: [deployments]',
          '    verbs: [get]',
        ];
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    'metadata: { name: prestop-record }',
    'rules:',
    '  - apiGroups: [""]',
    '    resources: [pods, services, events]',
    '    verbs: [get, list, watch]',
    '  - apiGroups: [discovery.k8s.io]',
    '    resources: [endpointslices]',
    '    verbs: [get, list, watch]',
    '  - apiGroups: [policy]',
    '    resources: [poddisruptionbudgets]',
    '    verbs: [get, list]',
    ...act,
  ].join('\n');
}

export function watchArgs(
  selector: string,
  service: string,
): Readonly<Record<'pods' | 'endpointslices' | 'events', readonly string[]>> {
  return {
    pods: ['pods', '-l', selector],
    endpointslices: ['endpointslices', '-l', `kubernetes.io/service-name=${service}`],
    events: ['events'],
  };
}

/** A request that costs the server nothing: its time is the way there and back. Every user may send it. */
export const ROUND_TRIP_ARGS: readonly string[] = ['get', '--raw', '/version', '-v=6'];

/** The request whose time is read from kubectl's own log of it. */
export function actionArgs(mode: RecordOptions['mode'], deployment: string, pod: string): readonly string[] {
  return mode === 'rollout'
    ? ['rollout', 'restart', `deployment/${deployment}`, '-v=6']
    : ['delete', 'pod', pod, '--wait=false', '-v=6'];
}

/** How often the way is timed; the quickest counts. */
export const ROUND_TRIPS = 3;

/** The commands of a dry run: nothing of it is run. */
export function dryRunText(kubectl: Kubectl, { deployment, mode, repetitions }: RecordOptions): string {
  const watched = watchArgs('<the selector of the Deployment>', '<its Service>');
  const reads = [
    ['get', 'deployment', deployment],
    ['get', 'services'],
    ['get', 'poddisruptionbudgets'],
    ['version'],
    ['get', 'pods', '-l', '<the selector of the Deployment>'],
  ];
  const watches = Object.values(watched).map((args) => [
    'get',
    ...args,
    '--watch',
    '--output-watch-events',
    '-o',
    'json',
  ]);
  return [
    '# The rights that it needs:',
    roleYaml(mode),
    '',
    '# The commands it would run:',
    ...reads.map((args) => kubectl.describe([...args, '-o', 'json'])),
    ...watches.map((args) => kubectl.describe(args)),
    `${kubectl.describe(ROUND_TRIP_ARGS)}   # ${ROUND_TRIPS} times: how long the way there and back takes`,
    `${kubectl.describe(actionArgs(mode, deployment, '<a Pod>'))}   # ${repetitions} times, each once the Deployment is whole and quiet`,
  ].join('\n');
}

/** Why this would be an outage; null where it is none. */
export function outageOf(
  { replicas, exhaustedBudget, deployment }: RecordedWorkload,
  mode: RecordOptions['mode'],
): string | null {
  if (mode === 'rollout') return null;
  if (replicas < 2)
    return `deployment/${deployment} has one replica: deleting its Pod is an outage. Scale it to two or more, or say --allow-outage.`;
  if (exhaustedBudget !== null)
    return `poddisruptionbudget/${exhaustedBudget} allows no disruption now. Wait until it does, or say --allow-outage.`;
  return null;
}

export function planText(
  { deployment, replicas, service, nodes, version }: RecordedWorkload,
  { mode, repetitions }: RecordOptions,
  out: string,
): string {
  const what =
    mode === 'rollout'
      ? `restarts deployment/${deployment} ${repetitions} times`
      : `deletes ${repetitions} Pods of deployment/${deployment}, one after the other`;
  return [
    `This ${what} (Kubernetes ${version}; ${replicas} replicas on ${nodes.length} nodes; Service ${service ?? 'none'}).`,
    'Each time it waits until all Pods have been Ready for 3 s and nothing has changed for 10 s. Some half a minute each, and the grace period.',
    `Recordings go to ${out}, a file for each repetition as it ends.`,
  ].join('\n');
}
