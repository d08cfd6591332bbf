import type { ChangeDeploymentAction, ChangeSetAction } from '../cluster/actions.ts';
import type { LoadChanged } from '../cluster/autoscaling.ts';
import {
  type BindPod,
  type ContainerEvent,
  type CreatePod,
  type DeletePod,
  EVENT_TYPES,
  type PodObserved,
  type RoutesChanged,
  type TraceType,
  type WriteEndpointSlice,
} from '../cluster/events.ts';
import type { ChangeSet } from '../cluster/sets.ts';
import type { Endpoint, PodObject, ProgrammedRules, Routing, SliceObject } from '../cluster/state.ts';
import type { ChangeDeployment, ReplicaSetObject } from '../cluster/workloads.ts';
import type { ContainerInfo, World } from '../cluster/world.ts';
import type { CellHistory } from '../kernel/cells.ts';
import { append } from '../kernel/lists.ts';
import { toMs } from '../kernel/time.ts';
import type { Trace } from '../kernel/trace.ts';
import { describeRequest } from './request-events.ts';
import { RouteDifferences } from './route-difference.ts';
import type {
  DeletionData,
  EndpointChange,
  EndpointState,
  HookData,
  PodData,
  RouteChanges,
  TraceData,
  TraceDataOf,
  WorkloadData,
} from './trace-data.ts';
import { disruptionData, loadData, serviceData, workloadData } from './trace-payloads.ts';

export type { EndpointChange, EndpointState, HookData, RouteChanges, TraceData, TraceDataOf };

/** Something that happened, as users read it: what its `data` holds depends on its `type`. */
export type TraceEvent = { readonly [K in TraceType]: TraceEventOf<K> }[TraceType];

/** An event of one type. */
export type TraceEventOf<K extends TraceType> = {
  /** Its position in the trace. */
  readonly seq: number;
  readonly atMs: number;
  /** `api-server`, `kube-proxy/node-1` (or `cilium/node-1` …), `kubelet/node-1`, `containers/node-1`, `router/alb` … */
  readonly actor: string;
  /** What its actor is: `api-server`, `kube-proxy` (`data-plane` for what stands in its place), `kubelet`, `containers`, `router` … */
  readonly actorKind: string;
  readonly type: K;
  /** Position of the event that caused it; null for what the scenario itself does. */
  readonly cause: number | null;
  readonly pod?: string;
  readonly node?: string;
  readonly service?: string;
} & (undefined extends TraceData<K> ? { readonly data?: TraceData<K> } : { readonly data: TraceData<K> });

const KUBE_PROXY = 'kube-proxy';

/** Whether its actor is the data plane of a node, kube-proxy or what stands in its place. */
export function isDataPlane({ actorKind }: Pick<TraceEvent, 'actorKind'>): boolean {
  return actorKind === KUBE_PROXY || actorKind === 'data-plane';
}

/** An event of a container says which one. */
export function containerOf(event: TraceEvent): string | null {
  const { data } = event;
  return data !== undefined && 'container' in data && typeof data.container === 'string'
    ? data.container
    : null;
}

export interface TraceSource {
  readonly world: World;
  readonly trace: Trace;
  readonly history: CellHistory;
  /** The actors, by their number: `node` is undefined for those that belong to none. */
  readonly actors: readonly {
    readonly name: string;
    readonly sort: string;
    readonly node: string | undefined;
  }[];
  /** Its number, and those of its kinds of cell. */
  readonly apiServer: {
    readonly actor: number;
    readonly pod: number;
    readonly endpointSlice: number;
    readonly replicaSet: number;
  };
  /** Names of all Pods there ever were, by their index. */
  readonly podName: (index: number) => string;
  /** What each router held when the run began, by its actor. */
  readonly initialRules: ReadonlyMap<number, ProgrammedRules>;
  readonly initialPods: readonly PodObject[];
  readonly initialSlices: readonly SliceObject[];
}

/** Turns the columns of a trace into events, one after the other, remembering what each changed. */
export class TraceReader {
  private next = 0;
  private readonly pods: PodObject[];
  private readonly slices: SliceObject[];
  private readonly rules: Map<number, ProgrammedRules>;
  private readonly differences = new RouteDifferences();

  constructor(private readonly source: TraceSource) {
    this.pods = source.initialPods.slice();
    this.slices = source.initialSlices.slice();
    this.rules = new Map(source.initialRules);
  }

  /** Everything that has been recorded since the last call. */
  read(): TraceEvent[] {
    const events: TraceEvent[] = [];
    for (; this.next < this.source.trace.length; this.next++) events.push(this.event(this.next));
    return events;
  }

  private event(seq: number): TraceEvent {
    const { trace, actors, world } = this.source;
    const type = EVENT_TYPES[trace.types[seq]!]!;
    const actor = trace.actors[seq]!;
    const cause = trace.causes[seq]!;
    const { about, service, data } = this.describe(type, seq, actor);
    const { name, sort, node } = actors[actor]!;
    const event = {
      seq,
      atMs: toMs(trace.times[seq]!),
      actor: name,
      actorKind: sort === 'data-plane' && world.dataPlane.agent === KUBE_PROXY ? KUBE_PROXY : sort,
      type,
      cause: cause < 0 ? null : cause,
      ...(about < 0 ? {} : { pod: this.source.podName(about) }),
      ...(node === undefined ? {} : { node }),
      ...(service === undefined ? {} : { service: world.services[service]!.name }),
      ...(data === undefined ? {} : { data }),
    };
    // `describe` pairs each type with its data.
    return event as TraceEvent;
  }

  private describe(type: TraceType, seq: number, actor: number): Description {
    const { trace, world } = this.source;
    const about = trace.abouts[seq]!;
    const payload = trace.data[seq];
    switch (type) {
      case 'deleteRequested':
        return { about, data: { gracePeriodSeconds: (payload as DeletePod).gracePeriodSeconds } };
      case 'deletePod':
        return { about, data: this.deleted(seq, about) };
      case 'createPod':
        return { about: this.created(seq), data: { name: (payload as CreatePod).name } };
      case 'bindPod':
        this.takeIn(seq);
        return { about, data: { node: this.source.world.nodes[(payload as BindPod).node]!.name } };
      case 'patchPodStatus':
        this.takeIn(seq);
        return { about, data: { ...(payload as object) } };
      case 'writeEndpointSlice': {
        const { service } = payload as WriteEndpointSlice;
        return { about, service, data: { changes: this.sliceChanges(seq) } };
      }
      case 'preStopStarted':
        return { about, data: { ...this.containerData(about, payload), hook: this.hook(about, payload) } };
      case 'podObserved':
        return { about, data: summary((payload as PodObserved).pod) };
      case 'createReplicaSet':
      case 'deleteReplicaSet':
      case 'scaleReplicaSet':
      case 'resizeReplicaSet':
        return { about, data: { ...workloadData(payload), ...this.replicaSet(seq) } };
      case 'patchReplicaSetStatus':
      case 'replicaSetObserved':
      case 'patchDeploymentStatus':
      case 'deploymentObserved':
      case 'deploymentWriteAnswered':
        return { about, data: workloadData(payload) };
      case 'evictRequested':
      case 'evictPod':
      case 'cordonRequested':
      case 'drainRequested':
      case 'cordonNode':
      case 'patchNode':
      case 'nodeObserved':
      case 'listPods':
      case 'podsListed':
      case 'evictionAnswered':
      case 'podGot':
      case 'drainEnded':
      case 'nodeRemovalRequested':
      case 'nodeRemovalEnded':
      case 'patchBudgetStatus':
      case 'budgetObserved':
        return { about, data: disruptionData(payload, world) };
      case 'routesChanged':
        return { about, data: { cause: (payload as RoutesChanged).cause, ...this.ruleChanges(seq, actor) } };
      case 'clientStarted':
      case 'clientStopped':
      case 'clientEnded':
      case 'requestSent':
      case 'requestRetried':
      case 'connectionAttempted':
      case 'connectionArrived':
      case 'requestArrived':
      case 'requestServed':
      case 'answerOverdue':
      case 'responseReceived':
      case 'requestFailed':
      case 'connectionsClosed':
      case 'connectionOpened':
        return { about, ...describeRequest(this.source.world, payload) };
      default:
        return { about, ...this.rest(type, about, payload) };
    }
  }

  private rest(type: TraceType, about: number, payload: unknown): Omit<Description, 'about'> {
    if (type === 'tryFailed') return describeRequest(this.source.world, payload);
    const data = this.change(type, payload) ?? this.containerData(about, payload);
    return serviceData(type, payload) ?? { data };
  }

  /** What somebody asks of a workload, or its load of an autoscaler; undefined for any other event. */
  private change(type: TraceType, payload: unknown): object | undefined {
    switch (type) {
      case 'deploymentChangeRequested':
        return this.changed((payload as ChangeDeploymentAction).change);
      case 'changeDeployment':
        return this.changed(payload as ChangeDeployment);
      case 'setChangeRequested':
        return this.setChange((payload as ChangeSetAction).change);
      case 'changeSet':
      case 'createJob':
        return this.setChange(payload as ChangeSet);
      case 'loadChanged':
        return loadData(payload as LoadChanged, this.source.world);
      default:
        return undefined;
    }
  }

  /** The name of the ReplicaSet that a write changed in the API server; nothing where the write was refused. */
  private replicaSet(seq: number): { readonly replicaSet?: string } {
    let name: string | undefined;
    this.stored(seq, this.source.apiServer.replicaSet, (_object, state) => {
      name = (state as ReplicaSetObject).name;
    });
    return name === undefined ? {} : { replicaSet: name };
  }

  /** Calls `visit` with every object of a kind that an event changed in the API server. */
  private stored(seq: number, kind: number, visit: (object: number, state: unknown) => void): void {
    const { history, apiServer } = this.source;
    history.changes(seq, (actor, changed, object, state) => {
      if (actor === apiServer.actor && changed === kind) visit(object, state);
    });
  }

  private changed({ deployment, ...change }: ChangeDeployment): WorkloadData {
    const { name, rollout } = this.source.world.deployments[deployment]!;
    return { ...(rollout === null ? { deployment: name } : { workload: `Rollout/${name}` }), ...change };
  }

  private setChange({ set, ...change }: ChangeSet): WorkloadData {
    const { kind, name } = this.source.world.sets[set]!;
    return { workload: `${kind}/${name}`, ...change };
  }

  private containerData(about: number, payload: unknown): object | undefined {
    if (typeof payload !== 'object' || payload === null || !('container' in payload)) return undefined;
    const { container, ...rest } = payload as ContainerEvent;
    return { container: this.container(about, container)?.name ?? String(container), ...rest };
  }

  private hook(about: number, payload: unknown): HookData | undefined {
    const hook = this.container(about, (payload as ContainerEvent).container)?.hook ?? undefined;
    return hook && { kind: hook.kind, durationMs: toMs(hook.duration), outcome: hook.outcome };
  }

  private container(about: number, index: number): ContainerInfo | undefined {
    const pod = this.pods[about];
    return pod && this.source.world.templates[pod.template]!.containers[index];
  }

  /** Takes in what an event changed in the API server, and returns the Pod that it changed. */
  private takeIn(seq: number): PodObject | undefined {
    let changed: PodObject | undefined;
    this.stored(seq, this.source.apiServer.pod, (object, state) => {
      changed = state as PodObject;
      this.pods[object] = changed;
    });
    return changed;
  }

  private deleted(seq: number, about: number): DeletionData {
    const before = this.pods[about];
    const after = this.takeIn(seq);
    if (after === undefined) return { outcome: 'unchanged' };
    const { deletionGracePeriodSeconds } = after;
    return { outcome: deletionOutcome(before, after), deletionGracePeriodSeconds };
  }

  private created(seq: number): number {
    return this.takeIn(seq)?.index ?? -1;
  }

  private sliceChanges(seq: number): readonly EndpointChange[] {
    let changes: readonly EndpointChange[] = [];
    this.stored(seq, this.source.apiServer.endpointSlice, (object, state) => {
      const after = state as SliceObject;
      changes = endpointChanges(this.slices[object]?.endpoints ?? [], after.endpoints, this.source.podName);
      this.slices[object] = after;
    });
    return changes;
  }

  private ruleChanges(seq: number, actor: number): Omit<RouteChanges, 'cause'> {
    const { world, podName, history } = this.source;
    const before = this.rules.get(actor)!;
    let after = before;
    // Other cells may change with the same event: what a part of the router keeps.
    history.changes(seq, (_actor, _kind, _object, state) => {
      if (typeof state === 'object' && state !== null && 'rules' in state) after = (state as Routing).rules;
    });
    this.rules.set(actor, after);
    const removed: string[] = [];
    const added: string[] = [];
    const rejects: string[] = [];
    const services: string[] = [];
    after.services.forEach((rules, service) => {
      const was = before.services[service]!;
      if (was === rules) return;
      services.push(world.services[service]!.name);
      const changes = this.differences.between(was, rules);
      append(removed, changes.removed.map(podName));
      append(added, changes.added.map(podName));
      if (rules.internal === 'REJECT' && was.internal !== 'REJECT')
        rejects.push(world.services[service]!.name);
    });
    return { services, removed: unique(removed), added: unique(added), rejects };
  }
}

/** `removing`: the first of the two writes that end an object; the second is `gone`. */
function deletionOutcome(before: PodObject | undefined, after: PodObject): DeletionData['outcome'] {
  if (after.gone) return 'gone';
  if (before?.deletionTimestamp === null) return 'terminating';
  const held = after.finalizers.length > 0;
  return after.deletionGracePeriodSeconds === 0 && !held ? 'removing' : 'shortened';
}

interface Description {
  readonly about: number;
  readonly service?: number;
  readonly data?: object | undefined;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function summary(pod: PodObject): PodData {
  const { phase, ready, gone } = pod;
  return { phase, ready, terminating: pod.deletionTimestamp !== null, gone };
}

export function endpointState(endpoint: Endpoint | undefined): EndpointState {
  if (endpoint === undefined) return 'absent';
  if (endpoint.ready) return endpoint.terminating ? 'ready+terminating' : 'ready';
  if (endpoint.terminating) return endpoint.serving ? 'serving+terminating' : 'terminating';
  return 'not ready';
}

function endpointChanges(
  before: readonly Endpoint[],
  after: readonly Endpoint[],
  podName: (index: number) => string,
): EndpointChange[] {
  const was = new Map(before.map((endpoint) => [endpoint.pod, endpoint]));
  const is = new Map(after.map((endpoint) => [endpoint.pod, endpoint]));
  const pods = [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b);
  return pods.flatMap((pod) => {
    const from = endpointState(was.get(pod));
    const to = endpointState(is.get(pod));
    return from === to ? [] : [{ pod: podName(pod), from, to }];
  });
}
