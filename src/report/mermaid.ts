import { dataPlaneName, routerName } from '../cluster/actor-names.ts';
import { podTimeline, type Run } from '../run/simulate.ts';
import type { PodTimeline } from '../verdict/pod-timeline.ts';
import { mermaid } from './foreign.ts';

/**
 * One Pod's end as a Mermaid gantt, for Markdown: what the API server, the kubelet and each router did, and when a connection could be
 * lost. Milliseconds since the start of the run, whole. Throws TraceRequired for a run without a trace and an OptionsError for an unknown Pod.
 */
export function toMermaid(run: Run, pod: string): string {
  const timeline = podTimeline(run, pod);
  const end = run.endedAtMs;
  const sections = [
    section('API server', apiTasks(timeline, end)),
    section('EndpointSlice', sliceTasks(timeline, end)),
    ...containerSections(timeline, end),
    section('still sends here', routerTasks(timeline)),
    section('connections can be lost', exposureTasks(run, pod)),
  ];
  const head = ['gantt', `  title Pod ${mermaid(pod)}`, '  dateFormat x', '  axisFormat %S.%L'];
  return `${[...head, ...sections.flat()].join('\n')}\n`;
}

interface Task {
  readonly name: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly tag?: 'active' | 'done' | 'crit';
}

/** A section without a task would be an empty band, so it is left out. */
function section(name: string, tasks: readonly Task[]): readonly string[] {
  const lines = tasks.flatMap(taskLine);
  return lines.length === 0 ? [] : [`  section ${mermaid(name)}`, ...lines];
}

function taskLine({ name, fromMs, toMs, tag }: Task): readonly string[] {
  if (fromMs === null) return [];
  const from = Math.round(fromMs);
  const to = Math.round(toMs ?? fromMs);
  const tags = [...(tag === undefined ? [] : [tag]), ...(to <= from ? ['milestone'] : [])];
  return [`  ${mermaid(name)} :${[...tags, from, `${Math.max(0, to - from)}ms`].join(', ')}`];
}

function apiTasks(timeline: PodTimeline, end: number): readonly Task[] {
  const { deleteRequestedMs, terminatingMs, podDeletedMs, terminalPhase, terminalPhaseMs } = timeline;
  return [
    { name: 'DELETE', fromMs: deleteRequestedMs, toMs: terminatingMs },
    { name: 'terminating', fromMs: terminatingMs, toMs: podDeletedMs ?? end, tag: 'active' },
    { name: `phase ${terminalPhase}`, fromMs: terminalPhaseMs, toMs: null },
  ];
}

function sliceTasks(timeline: PodTimeline, end: number): readonly Task[] {
  const { sliceTerminatingMs, servingFalseMs, sliceRemovedMs } = timeline;
  const gone = sliceRemovedMs ?? end;
  return [
    { name: 'serving, terminating', fromMs: sliceTerminatingMs, toMs: servingFalseMs ?? gone },
    { name: 'not serving', fromMs: servingFalseMs, toMs: gone },
    { name: 'removed', fromMs: sliceRemovedMs, toMs: null },
  ];
}

function containerSections({ containers }: PodTimeline, end: number): readonly (readonly string[])[] {
  return Object.entries(containers).map(([name, container]) => {
    const { preStopStartedMs, preStopEndedMs, sigtermMs, listenerClosedMs, exitedMs, sigkillMs } = container;
    return section(`container ${name}`, [
      { name: 'preStop', fromMs: preStopStartedMs, toMs: preStopEndedMs ?? end, tag: 'active' },
      { name: 'SIGTERM until exit', fromMs: sigtermMs, toMs: exitedMs ?? end },
      { name: 'stops accepting', fromMs: listenerClosedMs, toMs: null },
      { name: 'SIGKILL', fromMs: sigkillMs, toMs: null, tag: 'crit' },
    ]);
  });
}

/** From the moment the Pod was asked to stop until each router let go of it. */
function routerTasks({
  agent,
  deleteRequestedMs,
  rulesRemovedMs,
  routersRemovedMs,
}: PodTimeline): readonly Task[] {
  const routers = [
    ...Object.entries(rulesRemovedMs).map(([node, ms]) => [dataPlaneName(agent, node), ms] as const),
    ...Object.entries(routersRemovedMs).map(([router, ms]) => [routerName(router), ms] as const),
  ];
  return routers.flatMap(([name, ms]) =>
    ms === null ? [] : [{ name, fromMs: deleteRequestedMs ?? 0, toMs: ms, tag: 'done' as const }],
  );
}

function exposureTasks({ verdict }: Run, pod: string): readonly Task[] {
  const own = verdict.violations.filter((violation) => violation.kind === 'exposed' && violation.pod === pod);
  return own.map(({ router, fromMs, toMs }) => ({
    name: router ?? 'a router',
    fromMs,
    toMs,
    tag: 'crit' as const,
  }));
}
