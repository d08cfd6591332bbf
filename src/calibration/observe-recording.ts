import { smallest } from '../kernel/lists.ts';
import { type ClockOffset, emittedMs } from './clocks.ts';
import { recordOf, textOf } from './detail.ts';
import { nodeMoments, probedMoments } from './node-sources.ts';
import {
  hookOutcome,
  type Moments,
  type Observation,
  type ObservedPod,
  type ObservedReplacement,
  type PodMilestone,
  type ReplacementMilestone,
} from './observation.ts';
import { hookDurationMs, type RecordedScenario } from './recorded-scenario.ts';
import type { Recording, RecordingLine } from './recording.ts';

/** The sources that a recorder has with kubectl alone. What else a recording holds is the truth to hold a calibration against. */
export const RECORDER_SOURCES: readonly string[] = [
  'client',
  'apiserver',
  'endpointslice',
  'events',
  'probe',
  'http',
];

export interface ObserveOptions {
  /** Whether what only a node shows (its logs, what its data plane holds, its containers) is read, too. */
  readonly nodeSources: boolean;
  /** By node: what to add to its clock to have the recorder's, ns since 1970 at t = 0. See `clockOffsets`. */
  readonly clocks?: ReadonlyMap<string, ClockOffset>;
}

/** What a watch said of a Pod. */
interface PodSeen {
  readonly t: number;
  readonly what: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The moments that a recording shows. */
export function observeRecording(
  recording: Recording,
  scenario: RecordedScenario,
  options: ObserveOptions,
): Observation {
  const seen = sortOut(recording);
  const stopped = stoppedPods(recording, scenario, seen);
  const pods = stopped.map((each) => observePod(each, recording, scenario, seen, options));
  const replacements = seen.created.map((name) => observeReplacement(name, recording, seen, options));
  const answered = recording.lines.find(
    ({ source, what }) => source === 'client' && what === 'PATCH response',
  );
  return {
    pods,
    replacements,
    sliceChangesMs: seen.slices.map(({ t }) => t),
    ...(answered !== undefined && { patchAnsweredMs: answered.t }),
  };
}

/** A recording's lines by what they are about. */
export interface Sorted {
  readonly pods: ReadonlyMap<string, readonly PodSeen[]>;
  /** Pods that the watch saw made, in order. */
  readonly created: readonly string[];
  readonly slices: readonly SliceSeen[];
  readonly killings: ReadonlyMap<string, readonly RecordingLine[]>;
  readonly ips: ReadonlyMap<string, string>;
  /** Of the node's own sources, and of probers and other clients. */
  readonly nodeLines: readonly RecordingLine[];
  readonly clientLines: readonly RecordingLine[];
}

const NODE_SOURCES: readonly string[] = ['kubelet', 'container', 'containerd', 'iptables'];

interface SliceSeen {
  readonly t: number;
  /** By Pod. */
  readonly endpoints: ReadonlyMap<string, EndpointSeen>;
  readonly slice: string;
}

interface EndpointSeen {
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

function sortOut({ meta, lines }: Recording): Sorted {
  const pods = new Map<string, PodSeen[]>();
  const created = new Set<string>();
  const killings = new Map<string, RecordingLine[]>();
  const ips = new Map<string, string>(initialIps(meta));
  const only = typeof meta.pod === 'string' ? meta.pod : undefined;
  for (const line of lines) {
    const { source, what, detail, t } = line;
    if (source === 'apiserver' && what.startsWith('pod ')) {
      const name = textOf(detail.pod) ?? only;
      if (name === undefined) continue;
      push(pods, name, { t, what, detail });
      const ip = textOf(detail.ip);
      if (ip !== undefined && ip !== '') ips.set(ip, name);
      if (what === 'pod ADDED' && t > 0) created.add(name);
    }
    if (source === 'events' && what === 'Killing') {
      const name = /^Pod\/(?:.*\/)?([^/]+)$/.exec(textOf(detail.obj) ?? '')?.[1];
      if (name !== undefined) push(killings, name, line);
    }
  }
  const slices = lines.flatMap((line) => sliceSeen(line, ips));
  const nodeLines = lines.filter(({ source }) => NODE_SOURCES.includes(source));
  const clientLines = lines.filter(({ source }) => source === 'probe' || source === 'http');
  return { pods, created: [...created], slices, killings, ips, nodeLines, clientLines };
}

function initialIps({ initialPods, pod, podIP }: Recording['meta']): readonly (readonly [string, string])[] {
  const known: (readonly [string, string])[] = [];
  if (Array.isArray(initialPods)) {
    for (const each of initialPods as readonly unknown[]) {
      const { ip, pod: name } = recordOf(each);
      if (typeof ip === 'string' && typeof name === 'string') known.push([ip, name]);
    }
  }
  if (typeof pod === 'string' && typeof podIP === 'string') known.push([podIP, pod]);
  return known;
}

function sliceSeen(
  { source, t, detail }: RecordingLine,
  ips: ReadonlyMap<string, string>,
): readonly SliceSeen[] {
  if (source !== 'endpointslice' || !Array.isArray(detail.endpoints)) return [];
  const endpoints = new Map<string, EndpointSeen>();
  for (const each of detail.endpoints as readonly unknown[]) {
    const { pod, ip, ready, serving, terminating } = recordOf(each);
    const name = textOf(pod) ?? ips.get(textOf(ip) ?? '') ?? textOf(ip);
    if (name === undefined) continue;
    endpoints.set(name, {
      ready: ready === true,
      serving: serving === true,
      terminating: terminating === true,
    });
  }
  return [{ t, endpoints, slice: textOf(detail.slice) ?? '' }];
}

interface Stopped {
  readonly name: string;
  /** When it was asked to stop, since the action, ms. */
  readonly atMs: number;
  readonly answeredMs: number | null;
}

/** Those that the client deleted, by its requests; else those whose deletion a watch showed. */
function stoppedPods(recording: Recording, scenario: RecordedScenario, seen: Sorted): readonly Stopped[] {
  if (scenario.action.type === 'deletePod') {
    const only = textOf(recording.meta.pod);
    const sent = new Map<string, number>();
    for (const { source, what, detail, t } of recording.lines) {
      const name = textOf(detail.pod) ?? only;
      // A second DELETE of the same Pod finds it on its way.
      if (source === 'client' && what === 'DELETE sent' && name !== undefined && !sent.has(name))
        sent.set(name, t);
    }
    const answers = answersIn(recording, sent);
    return [...sent].map(([name, atMs]) => ({ name, atMs, answeredMs: answers.get(name) ?? null }));
  }
  const stopped: Stopped[] = [];
  for (const [name, versions] of seen.pods) {
    const first = versions.find(isTerminating);
    if (first !== undefined && first.t > 0) stopped.push({ name, atMs: first.t, answeredMs: null });
  }
  return stopped.sort((a, b) => a.atMs - b.atMs);
}

/** The first answer to each; one that names no Pod is of the only DELETE. */
function answersIn({ lines }: Recording, sent: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const answers = new Map<string, number>();
  const [only] = sent.size === 1 ? sent.keys() : [];
  for (const { source, what, detail, t } of lines) {
    if (source !== 'client' || what !== 'DELETE response') continue;
    const name = textOf(detail.pod) ?? only;
    const since = name === undefined ? undefined : sent.get(name);
    if (name !== undefined && since !== undefined && t >= since && !answers.has(name)) answers.set(name, t);
  }
  return answers;
}

/** The recorded detail is `true`, or the timestamp itself. */
function isTerminating({ what, detail }: PodSeen): boolean {
  return (
    what === 'pod DELETED' || (detail.deletionTimestamp !== undefined && detail.deletionTimestamp !== null)
  );
}

function observePod(
  { name, atMs, answeredMs }: Stopped,
  recording: Recording,
  scenario: RecordedScenario,
  seen: Sorted,
  options: ObserveOptions,
): ObservedPod {
  const versions = (seen.pods.get(name) ?? []).filter(({ t }) => t >= atMs);
  const node = nodeOf(name, recording, versions);
  const terminal = versions.find(({ detail }) => detail.phase === 'Succeeded' || detail.phase === 'Failed');
  const killings = (seen.killings.get(name) ?? []).filter(({ t }) => t >= atMs);
  const clock = options.clocks?.get(node ?? '');
  const absolute: Partial<Record<PodMilestone, number | null | undefined>> = {
    deleteAnsweredMs: answeredMs,
    terminatingMs: versions.find(isTerminating)?.t,
    killStartedMs: clock === undefined ? undefined : killStart(killings, recording, clock),
    killSeenMs: killings[0]?.t,
    terminalPhaseMs: terminal?.t,
    podDeletedMs: versions.find(({ what }) => what === 'pod DELETED')?.t,
    ...sliceMoments(name, atMs, seen.slices),
    ...(options.nodeSources ? nodeMoments(name, atMs, seen.nodeLines, scenario, seen.ips) : {}),
  };
  const probed = probedMoments(name, atMs, seen.clientLines, scenario);
  const moments: Partial<Record<PodMilestone, number>> = { stoppedAtMs: atMs };
  for (const [milestone, at] of Object.entries({ ...absolute, ...probed?.moments })) {
    if (at !== undefined && at !== null) moments[milestone as PodMilestone] = at - atMs;
  }
  return {
    name,
    node,
    moments,
    outcomes: outcomesOf(moments, terminal, scenario, options),
    ...(clock !== undefined && { killUncertaintyMs: clock.uncertaintyMs }),
    ...(probed !== null && { answerGapMs: probed.gapMs }),
    ...(probed?.isCutOff === true && { answersCutOff: true }),
  };
}

function outcomesOf(
  moments: Moments<PodMilestone>,
  terminal: PodSeen | undefined,
  scenario: RecordedScenario,
  { nodeSources }: ObserveOptions,
): ObservedPod['outcomes'] {
  const durationMs = hookDurationMs(scenario);
  const exists = scenario.preStop.kind !== 'none' || (scenario.sidecar?.preStop.kind ?? 'none') !== 'none';
  const outcome = nodeSources ? hookOutcome(moments, { exists, durationMs }) : undefined;
  const phase = textOf(terminal?.detail.phase);
  const exitCode = recordOf(terminal?.detail.terminated).exitCode;
  return {
    ...(typeof exitCode === 'number' && { exitCode: String(exitCode) }),
    ...(outcome !== undefined && { preStopOutcome: outcome }),
    ...(phase !== undefined && { terminalPhase: phase }),
    ...(moments.sliceRemovedMs !== undefined && {
      servingFalseSeen: moments.servingFalseMs === undefined ? 'no' : 'yes',
    }),
  };
}

/** The earliest of its containers: the kubelet says so right before it begins. null where no name holds nanoseconds. */
function killStart(
  killings: readonly RecordingLine[],
  { meta }: Recording,
  { offsetMs }: ClockOffset,
): number | null {
  const t0Us = meta.t0Us;
  if (typeof t0Us !== 'number') return null;
  const starts = killings.flatMap(({ detail }) => {
    const at = emittedMs(detail, t0Us);
    return at === null ? [] : [at - offsetMs];
  });
  return starts.length === 0 ? null : smallest(starts);
}

function nodeOf(name: string, { meta }: Recording, versions: readonly PodSeen[]): string | null {
  for (const { detail } of versions) {
    const node = textOf(detail.node);
    if (node !== undefined) return node;
  }
  return meta.pod === undefined || meta.pod === name ? (textOf(meta.node) ?? null) : null;
}

function sliceMoments(
  name: string,
  atMs: number,
  slices: readonly SliceSeen[],
): Partial<Record<PodMilestone, number>> {
  const moments: Partial<Record<PodMilestone, number>> = {};
  let held: string | null = null;
  for (const { t, endpoints, slice } of slices) {
    if (t < atMs) {
      if (endpoints.has(name)) held = slice;
      continue;
    }
    const endpoint = endpoints.get(name);
    if (endpoint === undefined) {
      const own = held === slice || (held === null && moments.sliceTerminatingMs === undefined);
      if (own && moments.sliceTerminatingMs !== undefined) moments.sliceRemovedMs ??= t;
      continue;
    }
    held = slice;
    if (!endpoint.terminating) continue;
    moments.sliceTerminatingMs ??= t;
    if (!endpoint.serving) moments.servingFalseMs ??= t;
  }
  return moments;
}

function observeReplacement(
  name: string,
  recording: Recording,
  seen: Sorted,
  { nodeSources }: ObserveOptions,
): ObservedReplacement {
  const versions = seen.pods.get(name)!;
  const added = versions.find(({ what }) => what === 'pod ADDED')!;
  const after = versions.filter((version) => version !== added);
  const ready = seen.slices.find(({ endpoints }) => endpoints.get(name)?.ready === true);
  const absolute: Partial<Record<ReplacementMilestone, number | undefined>> = {
    createdMs: added.t,
    boundMs: boundOf(after),
    runningMs: after.find(({ detail }) => detail.phase === 'Running')?.t,
    readyMs: after.find(({ detail }) => detail.ready === true || detail.ready === 'True')?.t,
    sliceReadyMs: ready?.t,
    ...(nodeSources && { rulesAddedMs: rulesAdded(name, recording, seen.ips) }),
  };
  const moments: Partial<Record<ReplacementMilestone, number>> = {};
  for (const [milestone, at] of Object.entries(absolute)) {
    if (at !== undefined) moments[milestone as ReplacementMilestone] = at;
  }
  return { name, moments };
}

/** The first version that names its node; where the recorder left that out, the first change of a Pending Pod without a status. */
function boundOf(versions: readonly PodSeen[]): number | undefined {
  const named = versions.find(({ detail }) => textOf(detail.node) !== undefined);
  if (named !== undefined) return named.t;
  const [first] = versions;
  const bare = first?.detail.phase === 'Pending' && first.detail.ready === undefined;
  return bare ? first.t : undefined;
}

function rulesAdded(
  name: string,
  { lines }: Recording,
  ips: ReadonlyMap<string, string>,
): number | undefined {
  const added = lines.find(
    ({ source, detail, t }) =>
      source === 'iptables' &&
      t > 0 &&
      (textOf(detail.endpoints) ?? '').split(' ').some((each) => ips.get(each.replace(/:\d+$/, '')) === name),
  );
  return added?.t;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
