import type { ContainerEvent, CreatePod, ReplicaSetOwner } from '../cluster/events.ts';
import { T } from '../cluster/events.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { SetMember, SetObject } from '../cluster/sets.ts';
import type { PodObject, SliceObject } from '../cluster/state.ts';
import type { DeploymentObject } from '../cluster/workloads.ts';
import type { World } from '../cluster/world.ts';
import type { SimEvent } from '../kernel/event.ts';
import type { Observer, Observers } from '../kernel/observers.ts';
import { betweenMs, type Micros, toMs } from '../kernel/time.ts';
import { matchesServiceSelector } from '../rules/machinery/match-label-selector.ts';
import { heldBy } from './held-by.ts';
import { ReadyEndpointsFold } from './ready-endpoints.ts';
import { isDeploymentRolledOut, isSetRolledOut } from './rolled-out.ts';
import type { RestartedContainer, RolloutReport, WorkloadRollout } from './rollout-report.ts';
import { WorkFold } from './work.ts';
import { keyOfDeployment, keyOfSet } from './workload-keys.ts';

interface Tracked {
  readonly deployment: string;
  /** Whose Pod it is: a ReplicaSet's name, or the number of a set's revision. */
  readonly madeBy: string;
  readonly name: string;
  readonly template: number;
  node: number;
  state: 'ready' | 'starting' | 'terminating' | 'ended';
  gone: boolean;
}

interface Counts {
  ready: number;
  starting: number;
  terminating: number;
}

const NO_PODS = { total: 0, ready: 0, starting: 0, terminating: 0, atMs: 0 } as const;

/** Of a kubelet's cell, when a container has stopped. */
interface Watched {
  readonly containers: readonly { readonly stage: string; readonly life: string }[];
}

type Open = { -readonly [K in keyof WorkloadRollout]: WorkloadRollout[K] } & {
  /** A Deployment's name, or `kind/name` of an Argo Rollout or a set. */
  readonly key: string;
  /** Of its new Pods; see `Tracked`. */
  readonly madeBy: string;
  wanted: number;
  /** Pods were made or taken away since the last of the new ones became Ready. */
  inStep: boolean;
  object: DeploymentObject | SetObject;
};

/** Folds a run into its rollout report, event by event. */
export class RolloutFold {
  private readonly pods: Tracked[] = [];
  private readonly counts = new Map<string, Counts>();
  /** By workload and by what has made them: Pods that are not gone. */
  private readonly left = new Map<string, Map<string, number>>();
  private readonly rollouts: Open[] = [];
  private readonly current = new Map<string, Open>();
  /** Rollouts of which a new Pod has been Ready. */
  private readonly stepped = new Set<Open>();
  private readonly ready: ReadyEndpointsFold;
  private readonly work: WorkFold;
  /** By Pod and container. */
  private readonly restarts = new Map<
    string,
    { -readonly [K in keyof RestartedContainer]: RestartedContainer[K] }
  >();

  constructor(private readonly world: World) {
    this.work = new WorkFold(world);
    const ready = world.services.map(() => 0);
    for (const pod of world.pods) {
      const { member, template, node } = pod;
      const set = world.replicaSets[pod.replicaSet];
      const owner = set === undefined ? null : { name: set.podPrefix, deployment: set.deployment };
      this.track(
        { name: qualifiedName(pod.namespace, pod.name), ...this.origin(member, owner), template, node },
        'ready',
      );
      const { services, labels } = world.templates[pod.template]!;
      for (const service of services) {
        if (matchesServiceSelector(labels, world.services[service]!.selector)) ready[service]!++;
      }
    }
    this.ready = new ReadyEndpointsFold(world, ready);
  }

  private track(
    { deployment, madeBy, name, template, node }: Omit<Tracked, 'state' | 'gone'>,
    state: 'ready' | 'starting',
  ): void {
    this.pods.push({ deployment, madeBy, name, template, node, state, gone: false });
    this.counted(deployment, madeBy, 1);
    this.countsOf(deployment)[state]++;
  }

  /** What a Pod belongs to, and what of it has made it. */
  private origin(
    member: SetMember | null,
    owner: Pick<ReplicaSetOwner, 'name' | 'deployment'> | null,
  ): Pick<Tracked, 'deployment' | 'madeBy'> {
    if (member !== null)
      return { deployment: keyOfSet(this.world.sets[member.set]!), madeBy: String(member.revision) };
    return {
      deployment: keyOfDeployment(this.world.deployments[owner?.deployment ?? -1]),
      madeBy: owner?.name ?? '',
    };
  }

  /** Pods that are on a node and have not ended. */
  podsOn(node: number): readonly Pick<PodObject, 'index' | 'name' | 'node' | 'template'>[] {
    return this.pods.flatMap(({ name, template, state, node: on }, index) =>
      on === node && state !== 'ended' ? [{ index, name, template, node }] : [],
    );
  }

  private countsOf(deployment: string): Counts {
    let counts = this.counts.get(deployment);
    if (counts === undefined) {
      counts = { ready: 0, starting: 0, terminating: 0 };
      this.counts.set(deployment, counts);
    }
    return counts;
  }

  /** What to listen to, by event type. */
  observe(observers: Observers): void {
    this.work.observe(observers);
    observers.on(T.changeDeployment, (event, before, after) => {
      if (before !== after) this.changed(event, before as DeploymentObject, after as DeploymentObject);
    });
    observers.on(T.patchDeploymentStatus, (event, before, after) => {
      if (before !== after) this.reported(event, after as DeploymentObject);
    });
    observers.on(T.changeSet, (event, before, after) => {
      if (before !== after) this.setChanged(event, before as SetObject, after as SetObject);
    });
    observers.on(T.patchSetStatus, (event, _, after) => this.setReported(event, after as SetObject));
    observers.on(T.createPod, (event, before, after) =>
      this.created(event as SimEvent<CreatePod>, before, after),
    );
    const podChanged: Observer = (event, before, after) => {
      if (before !== after) this.podChanged(event, after as PodObject);
    };
    observers.on(T.deletePod, podChanged);
    observers.on(T.patchPodStatus, podChanged);
    observers.on(T.bindPod, podChanged);
    observers.on(T.containerStopped, (event, _, after) =>
      this.stoppedFor(event as SimEvent<ContainerEvent>, after as Watched),
    );
    observers.on(T.containerRestarted, (event) => this.restarted(event as SimEvent<ContainerEvent>));
    observers.on(T.writeEndpointSlice, (event, before, after) =>
      this.ready.written(event, before as SliceObject | undefined, after as SliceObject),
    );
  }

  private changed(event: SimEvent, before: DeploymentObject, after: DeploymentObject): void {
    const { revision, replicas, replicaSet } = after;
    const info = this.world.deployments[after.index]!;
    const name = keyOfDeployment(info);
    const kind = info.rollout === null ? 'Deployment' : 'Rollout';
    const open = this.current.get(name);
    if (open !== undefined) {
      open.wanted = replicas;
      open.object = after;
    }
    if (before.revision === revision) return;
    this.begin(event, name, after, `${kind}/${bare(info.name)}`, {
      revision,
      madeBy: replicaSet,
      wanted: replicas,
    });
  }

  private setChanged(event: SimEvent, before: SetObject, after: SetObject): void {
    const { index, name, revision, replicas } = after;
    const info = this.world.sets[index]!;
    const key = keyOfSet(info);
    const wanted = info.kind === 'DaemonSet' ? after.status.replicas : replicas;
    const open = this.current.get(key);
    if (open !== undefined) open.wanted = wanted;
    if (before.revision === revision) return;
    this.begin(event, key, after, `${info.kind}/${bare(name)}`, {
      revision,
      madeBy: String(revision),
      wanted,
    });
  }

  private begin(
    event: SimEvent,
    key: string,
    object: DeploymentObject | SetObject,
    workload: string,
    { revision, madeBy, wanted }: Pick<Open, 'revision' | 'madeBy' | 'wanted'>,
  ): void {
    const before = this.current.get(key);
    if (before?.completedAfterMs === null)
      before.supersededAfterMs = betweenMs(before.startedMs, toMs(event.at));
    const slash = key.lastIndexOf('/');
    const [kind] = workload.split('/');
    const named = key.startsWith(`${kind}/`) ? key.slice(`${kind}/`.length) : key;
    const rollout: Open = {
      key,
      madeBy,
      wanted,
      object,
      inStep: false,
      steps: 0,
      heldBy: null,
      workload,
      namespace: slash >= 0 && named.includes('/') ? named.slice(0, named.indexOf('/')) : 'default',
      revision,
      startedMs: toMs(event.at),
      completedAfterMs: null,
      oldPodsGoneAfterMs: null,
      deadlineExceededAfterMs: null,
      supersededAfterMs: null,
      peakPods: NO_PODS,
      firstStepPods: NO_PODS,
      unavailableAtWorst: { pods: 0, atMs: toMs(event.at) },
    };
    this.rollouts.push(rollout);
    this.current.set(key, rollout);
    this.peak(event.at, key);
  }

  private setReported(event: SimEvent, set: SetObject): void {
    const { index, generation, status } = set;
    const info = this.world.sets[index]!;
    const rollout = this.current.get(keyOfSet(info));
    if (rollout === undefined || info.kind === 'Job') return;
    rollout.object = set;
    if (status.observedGeneration < generation) return;
    // Nodes come and go, and a new template may select others.
    if (info.kind === 'DaemonSet') rollout.wanted = status.replicas;
    if (isSetRolledOut(set, info)) rollout.completedAfterMs ??= betweenMs(rollout.startedMs, toMs(event.at));
  }

  private reported(event: SimEvent, deployment: DeploymentObject): void {
    const info = this.world.deployments[deployment.index]!;
    const rollout = this.current.get(keyOfDeployment(info));
    if (rollout === undefined) return;
    rollout.object = deployment;
    const { status } = deployment;
    const after = betweenMs(rollout.startedMs, toMs(event.at));
    if (isDeploymentRolledOut(deployment, info)) {
      rollout.completedAfterMs ??= after;
      // One that found its Pods still there may have none to replace.
      if (!this.hasOlderPods(rollout)) rollout.oldPodsGoneAfterMs ??= after;
    }
    if (status.progressing?.reason === 'ProgressDeadlineExceeded') rollout.deadlineExceededAfterMs ??= after;
  }

  private created(event: SimEvent<CreatePod>, before: unknown, after: unknown): void {
    if (before === after) return;
    const { name, owner, template, member } = event.data;
    const origin = this.origin(member, owner);
    this.track({ name, ...origin, template, node: -1 }, 'starting');
    step(this.current.get(origin.deployment));
    this.peak(event.at, origin.deployment);
  }

  private podChanged(event: SimEvent, pod: PodObject): void {
    const tracked = this.pods[pod.index]!;
    tracked.node = pod.node;
    const state = stateOf(pod);
    if (state !== tracked.state) {
      const counts = this.countsOf(tracked.deployment);
      if (tracked.state !== 'ended') counts[tracked.state]--;
      if (state !== 'ended') counts[state]++;
      tracked.state = state;
      const rollout = this.current.get(tracked.deployment);
      if (state === 'ready' && rollout?.madeBy === tracked.madeBy) {
        this.stepped.add(rollout);
        rollout.inStep = false;
      }
      if (state === 'terminating') step(rollout);
      this.peak(event.at, tracked.deployment);
    }
    if (!pod.gone || tracked.gone) return;
    tracked.gone = true;
    this.counted(tracked.deployment, tracked.madeBy, -1);
    const rollout = this.current.get(tracked.deployment);
    if (rollout === undefined || tracked.madeBy === rollout.madeBy) return;
    if (!this.hasOlderPods(rollout))
      rollout.oldPodsGoneAfterMs = betweenMs(rollout.startedMs, toMs(event.at));
  }

  private hasOlderPods({ key, madeBy }: Open): boolean {
    for (const [maker, pods] of this.left.get(key) ?? []) if (maker !== madeBy && pods > 0) return true;
    return false;
  }

  private counted(deployment: string, madeBy: string, by: 1 | -1): void {
    const left = this.left.get(deployment) ?? new Map<string, number>();
    this.left.set(deployment, left.set(madeBy, (left.get(madeBy) ?? 0) + by));
  }

  /** Nothing is due any more that would start it again. */
  private stoppedFor({ object, data: { container } }: SimEvent<ContainerEvent>, worker: Watched): void {
    const { stage, life } = worker.containers[container]!;
    const tracked = this.pods[object];
    if (stage !== 'killed' || life !== 'nothing' || tracked === undefined) return;
    const { name } = this.world.templates[tracked.template]!.containers[container]!;
    const known = this.restarts.get(`${tracked.name}/${name}`);
    if (known !== undefined) known.goesOn = true;
  }

  private restarted({ object, data: { container } }: SimEvent<ContainerEvent>): void {
    const { name: pod, template } = this.pods[object]!;
    const { name } = this.world.templates[template]!.containers[container]!;
    const key = `${pod}/${name}`;
    const known = this.restarts.get(key);
    if (known === undefined) this.restarts.set(key, { pod, container: name, restarts: 1, goesOn: false });
    else known.restarts++;
  }

  private peak(at: Micros, deployment: string): void {
    const rollout = this.current.get(deployment);
    if (rollout === undefined) return;
    const { ready, starting, terminating } = this.countsOf(deployment);
    const total = ready + starting + terminating;
    const missing = rollout.wanted - ready;
    if (missing > rollout.unavailableAtWorst.pods)
      rollout.unavailableAtWorst = { pods: missing, atMs: toMs(at) };
    if (total <= rollout.peakPods.total) return;
    rollout.peakPods = { total, ready, starting, terminating, atMs: toMs(at) };
    if (!this.stepped.has(rollout)) rollout.firstStepPods = rollout.peakPods;
  }

  /** The report of a run that ended then. */
  report(endedAt: Micros): RolloutReport {
    const readyEndpoints = this.ready.report(endedAt);
    const { unscheduled, restarted } = this.hindrances();
    const reported = this.rollouts.map((rollout) => this.reportOf(rollout));
    const workloads = reported.map(({ key: _, ...rollout }) => rollout);
    const deployments = reported
      .filter(({ workload }) => workload.startsWith('Deployment/'))
      .map(({ key, workload: _, namespace: __, ...rollout }) => ({
        deployment: key,
        ...rollout,
      }));
    const jobs = this.work.report();
    return { workloads, deployments, jobs, readyEndpoints, unscheduled, restarted };
  }

  private reportOf({ madeBy: _, wanted: __, inStep: ___, object, ...rollout }: Open) {
    const { completedAfterMs, supersededAfterMs, key } = rollout;
    const held = heldBy(
      object,
      this.pods.filter(({ deployment }) => deployment === key),
      this.world,
    );
    // `kubectl rollout status` does not wait for a set that is OnDelete.
    const over = supersededAfterMs !== null || (completedAfterMs !== null && held?.code !== 'onDelete');
    return { ...rollout, heldBy: over ? null : held };
  }

  /** What keeps Pods from getting up, where a rollout has not come to its end; the rest has nothing to do with it. */
  obstacles(): Pick<RolloutReport, 'unscheduled' | 'restarted'> {
    const underWay = this.rollouts.some(({ completedAfterMs }) => completedAfterMs === null);
    return underWay ? this.hindrances() : { unscheduled: [], restarted: [] };
  }

  private hindrances(): Pick<RolloutReport, 'unscheduled' | 'restarted'> {
    return {
      unscheduled: this.pods.filter(({ node, gone }) => node < 0 && !gone).map(({ name }) => name),
      restarted: [...this.restarts.values()],
    };
  }
}

/** Pods of it are made or taken away. */
function step(rollout: Open | undefined): void {
  if (rollout === undefined || rollout.inStep) return;
  rollout.inStep = true;
  rollout.steps++;
}

function bare(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function stateOf({ gone, phase, deletionTimestamp, ready }: PodObject): Tracked['state'] {
  if (gone || phase === 'Succeeded' || phase === 'Failed') return 'ended';
  if (deletionTimestamp !== null) return 'terminating';
  return ready ? 'ready' : 'starting';
}
