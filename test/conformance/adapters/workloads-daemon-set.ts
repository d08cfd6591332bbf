import {
  type DaemonPod,
  type DaemonSetSpec,
  getTargetNodeName,
  isPodUpdated,
  manageDaemonPods,
  nodesToDaemonPods,
  rollingUpdateDaemonSet,
  updatedDesiredNodeCounts,
} from '../../../src/rules/apps/daemon-set.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, US } from './control-plane-table.ts';

type Pod = { -readonly [K in keyof DaemonPod]: DaemonPod[K] };

/** A cluster where what is deleted is gone at once, and what is created is not Ready. */
class Cluster {
  pods: Pod[] = [];
  nowSeconds = 1_000;
  private created = 0;

  constructor(
    readonly nodes: number,
    public ds: DaemonSetSpec,
    /** Nodes where the new template must not run. */
    private readonly forbidden: readonly number[],
  ) {}

  add(node: number, updated: boolean, ready: boolean): void {
    const readyLastTransitionUs = ready ? 0 : null;
    const createdUs = this.created++;
    this.pods.push({
      node,
      updated,
      ready,
      phase: 'Running',
      terminating: false,
      readyLastTransitionUs,
      createdUs,
    });
  }

  changeImage(): void {
    for (const pod of this.pods) pod.updated = false;
  }

  ready(pods: readonly Pod[], atSeconds = 0): void {
    for (const pod of pods) Object.assign(pod, { ready: true, readyLastTransitionUs: atSeconds * US });
  }

  /** Calls manage, then the update on what is left, as where every change is observed at once. */
  sync() {
    const nodes = Array.from({ length: this.nodes }, (_, node) => {
      const fits = !this.forbidden.includes(node);
      return { node, shouldRun: fits, shouldContinueRunning: true };
    });
    const clock = { nowUs: this.nowSeconds * US, minor: MINOR };
    const managed = this.apply(manageDaemonPods(this.ds, nodes, this.pods, clock));
    const updated = this.apply(rollingUpdateDaemonSet(this.ds, nodes, this.pods, clock));
    const deleted = [...managed.deleted, ...updated.deleted];
    return { creates: managed.creates + updated.creates, deletes: deleted.length, deleted };
  }

  private apply({ createOn, deletes }: { createOn: readonly number[]; deletes: readonly Pod[] }) {
    this.pods = this.pods.filter((pod) => !deletes.includes(pod));
    for (const node of createOn) this.add(node, true, false);
    return { creates: createOn.length, deleted: deletes };
  }
}

function started(input: any): Cluster {
  const anyOf = /^any of/.test(String(input.maxUnavailable));
  const cluster = new Cluster(
    input.nodes,
    {
      updateStrategy: 'RollingUpdate',
      maxUnavailable: anyOf ? 1 : input.maxUnavailable,
      maxSurge: input.maxSurge,
      minReadySeconds: 0,
    },
    input.start.includes('node-0 carries a NoSchedule taint') ? [0] : [],
  );
  const parts = [...input.start.matchAll(/(\d+) (ready|never-ready|available|unavailable)(?: (old|new))?/g)];
  let node = 0;
  for (const [, count, state, age] of parts)
    for (let index = 0; index < Number(count); index++)
      cluster.add(node++, age === 'new', state === 'ready' || state === 'available');
  if (!/only the strategy changed/.test(input.start) && !parts.some(([, , , age]) => age === 'new'))
    cluster.changeImage();
  else if (parts.every(([, , , age]) => age === undefined))
    for (const pod of cluster.pods) pod.updated = true;
  return cluster;
}

/** What happens before a step, in the table's words. */
function prepare(cluster: Cluster, step: any): void {
  if (step.atSec !== undefined) cluster.nowSeconds = step.atSec;
  if (step.imageChangedBefore === true) cluster.changeImage();
  const text: string = step.before ?? '';
  const all = /all \d+ pods marked ready at (\d+), minReadySeconds set to (\d+), image changed/.exec(text);
  if (all !== null) {
    cluster.ready(cluster.pods, Number(all[1]));
    cluster.ds = { ...cluster.ds, minReadySeconds: Number(all[2]) };
    cluster.changeImage();
  }
  const raised = /(\d+) (?:further )?new pods (?:marked )?ready at (\d+)/.exec(text);
  if (raised !== null) {
    const waiting = cluster.pods.filter(({ updated, ready }) => updated && !ready);
    cluster.ready(waiting.slice(0, Number(raised[1])), Number(raised[2]));
  }
  if (/1 old pod on a node without a new pod becomes unready/.test(text)) {
    const alone = cluster.pods.find(
      ({ updated, node }) => !updated && !cluster.pods.some((other) => other.updated && other.node === node),
    );
    if (alone !== undefined) alone.ready = false;
  }
}

function syncs(input: any, expected: any) {
  const cluster = started(input);
  return {
    steps: expected.steps.map((step: any) => {
      prepare(cluster, step);
      const { creates, deletes, deleted } = cluster.sync();
      if (step.markAllReadyAfter === true) cluster.ready(cluster.pods);
      const ready = cluster.pods.filter((pod) => pod.ready).length;
      return {
        ...step,
        creates,
        deletes,
        ...(step.readyPodsAfter === undefined ? {} : { readyPodsAfter: ready }),
        ...(step.readyPodsUntouched === undefined ? {} : { readyPodsUntouched: ready }),
        ...(step.onlyUnavailableOldDeleted === undefined
          ? {}
          : { onlyUnavailableOldDeleted: deleted.every((pod) => !pod.ready && !pod.updated) }),
      };
    }),
  };
}

export const daemonSetAdapters: readonly Adapter[] = [
  {
    name: 'sync = manage then rollingUpdate',
    matches: (testCase) => testCase.function === 'sync = manage then rollingUpdate',
    actual: (input, testCase) => syncs(input, testCase.expected),
  },
  byFunction('updatedDesiredNodeCounts', ({ nodes, maxUnavailable, maxSurge, podsByNode }) => {
    const pods = Object.entries(podsByNode).flatMap(([name, list]) =>
      (list as string[]).map(
        (text): Pod => ({
          node: Number(name.slice('node-'.length)),
          updated: true,
          phase: 'Running',
          ready: text.includes('ready'),
          readyLastTransitionUs: 0,
          terminating: text.includes('terminating'),
          createdUs: 0,
        }),
      ),
    );
    return {
      ...updatedDesiredNodeCounts({ maxUnavailable, maxSurge }, nodes),
      desiredNumberScheduled: nodes,
      nodesWithoutPods: nodes - nodesToDaemonPods(pods).size,
    };
  }),
  byFunction('IsPodUpdated', (input) => ({
    updated: isPodUpdated(
      { templateGeneration: input.podTemplateGenerationLabel, hash: input.podHashLabel },
      { templateGeneration: input.dsTemplateGeneration, hash: input.hash },
    ),
  })),
  byFunction('GetTargetNodeName', (input) => ({ node: getTargetNodeName(input) ?? 'error' })),
];
