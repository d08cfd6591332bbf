import { largest } from '../kernel/lists.ts';
import { formatMs } from '../kernel/time.ts';
import { formatTimeline } from '../report/timeline.ts';
import type { Run } from '../run/simulate.ts';
import type { ContainerTimeline, PodTimeline } from '../verdict/pod-timeline.ts';

/** Prints runs and Pod timelines in snapshots of Jest and vitest: `expect.addSnapshotSerializer(timelineSerializer)`. */
export const timelineSerializer = {
  /** Whether it is a run or the timeline of a Pod. */
  test: (value: unknown): boolean => isRun(value) || isPodTimeline(value),
  /** The run as its verdict and timeline, the timeline as its moments. */
  serialize: (value: unknown, _config?: unknown, indentation = ''): string => {
    const text = isRun(value) ? printRun(value) : printPodTimeline(value as PodTimeline);
    return text.split('\n').join(`\n${indentation}`);
  },
};

function isRun(value: unknown): value is Run {
  return isObject(value) && 'verdict' in value && 'snapshotAt' in value && 'eventCount' in value;
}

function isPodTimeline(value: unknown): value is PodTimeline {
  return isObject(value) && 'pod' in value && 'deleteRequestedMs' in value && 'rulesRemovedMs' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The verdict of a run, and its timeline where it kept a trace. */
function printRun(run: Run): string {
  const { safe, marginMs, requiredPreStopMs, requiredPreStopReason } = run.verdict;
  const margin = marginMs === null ? 'no margin' : `margin ${formatMs(marginMs)}`;
  const required =
    requiredPreStopMs === null
      ? `no preStop that would do (${requiredPreStopReason ?? 'unknown'})`
      : `required preStop ${formatMs(requiredPreStopMs)}`;
  const headline = `${safe ? 'SAFE' : 'UNSAFE'}: ${margin}, ${required}`;
  return run.trace.length === 0
    ? `${headline} (seed ${run.seed}, no trace)`
    : `${headline}\n${formatTimeline(run)}`;
}

/** One line for each thing that happened to the Pod, in order of time: ms since the start of the run. */
export function printPodTimeline(timeline: PodTimeline): string {
  const rows = [...podRows(timeline), ...containerRows(timeline)].filter((row) => row.atMs !== null);
  const ordered = rows
    .map((row, index) => ({ text: row.text, atMs: row.atMs!, index }))
    .sort((a, b) => a.atMs - b.atMs || a.index - b.index);
  const width = largest(
    ordered.map(({ atMs }) => atMs.toFixed(3).length),
    0,
  );
  const lines = ordered.map(({ atMs, text }) => `  ${atMs.toFixed(3).padStart(width)} ms  ${text}`);
  return [`Pod ${timeline.pod}${timeline.node === null ? '' : ` on ${timeline.node}`}`, ...lines].join('\n');
}

interface Row {
  readonly atMs: number | null;
  readonly text: string;
}

/** In the order in which these things come about, so that what happens in one instant stands in it, too. */
function podRows(timeline: PodTimeline): Row[] {
  const { rulesAddedMs, rulesRemovedMs, routersRemovedMs, terminalPhase } = timeline;
  return [
    { atMs: timeline.createdMs, text: 'created' },
    { atMs: timeline.runningMs, text: 'Running' },
    { atMs: timeline.readyMs, text: 'Ready' },
    { atMs: timeline.sliceReadyMs, text: 'ready in its EndpointSlice' },
    ...perName(rulesAddedMs, (node) => `rules of ${node} send to it`),
    { atMs: timeline.deleteRequestedMs, text: 'DELETE sent' },
    { atMs: timeline.terminatingMs, text: 'deletionTimestamp set' },
    { atMs: timeline.kubeletObservedMs, text: 'kubelet saw the deletion' },
    { atMs: timeline.sliceTerminatingMs, text: 'terminating in its EndpointSlice' },
    ...perName(rulesRemovedMs, (node) => `rules of ${node} no longer send to it`),
    ...perName(routersRemovedMs, (router) => `${router} no longer sends to it`),
    { atMs: timeline.servingFalseMs, text: 'no longer serving in its EndpointSlice' },
    { atMs: timeline.terminalPhaseMs, text: `phase ${terminalPhase ?? ''}` },
    { atMs: timeline.sliceRemovedMs, text: 'out of its EndpointSlice' },
    { atMs: timeline.podDeletedMs, text: 'object gone' },
  ];
}

function perName(moments: Readonly<Record<string, number | null>>, text: (name: string) => string): Row[] {
  return Object.entries(moments).map(([name, atMs]) => ({ atMs, text: text(name) }));
}

function containerRows({ containers }: PodTimeline): Row[] {
  const named = Object.entries(containers);
  return named.flatMap(([name, container]) => rowsOf(container, named.length > 1 ? `${name}: ` : ''));
}

function rowsOf(container: ContainerTimeline, prefix: string): Row[] {
  const { preStopOutcome, exitCode } = container;
  const exit = exitCode === null ? '' : `, code ${exitCode}`;
  return [
    { atMs: container.preStopStartedMs, text: `${prefix}preStop starts` },
    {
      atMs: container.preStopEndedMs,
      text: `${prefix}preStop ${preStopOutcome === 'cutOff' ? 'cut off' : preStopOutcome}`,
    },
    { atMs: container.sigtermMs, text: `${prefix}stop signal` },
    { atMs: container.listenerClosedMs, text: `${prefix}stops accepting` },
    { atMs: container.sigkillMs, text: `${prefix}SIGKILL` },
    { atMs: container.exitedMs, text: `${prefix}exited${exit}` },
  ];
}
