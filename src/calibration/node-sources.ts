import { recordOf, textOf } from './detail.ts';
import type { PodMilestone } from './observation.ts';
import { hookIsSidecars, type RecordedScenario } from './recorded-scenario.ts';
import type { RecordingLine } from './recording.ts';

/** What a recording shows beyond the API's watches: a node's logs, what its data plane holds and its containers, and a prober. */

/** Moments since the action, ms, as the node's own sources tell them. */
export function nodeMoments(
  name: string,
  atMs: number,
  lines: readonly RecordingLine[],
  scenario: RecordedScenario,
  ips: ReadonlyMap<string, string>,
): Partial<Record<PodMilestone, number>> {
  const found: Partial<Record<PodMilestone, number>> = {};
  // A sidecar's process logs under the Pod's name with an ending of its own.
  const own = new Set(hookIsSidecars(scenario) ? [name, `${name}-sc`] : [name]);
  const rules: { readonly t: number; readonly holds: boolean }[] = [];
  for (const line of lines) {
    const { source, t } = line;
    if (t < atMs) continue;
    if (source === 'kubelet') kubeletMoment(line, name, found);
    if (source === 'container' && own.has(textOf(line.detail.pod) ?? '')) containerMoment(line, name, found);
    if (source === 'containerd') exitMoment(line, name, found);
    if (source === 'iptables') {
      const endpoints = (textOf(line.detail.endpoints) ?? '').split(' ');
      rules.push({ t, holds: endpoints.some((each) => ips.get(each.replace(/:\d+$/, '')) === name) });
    }
  }
  // The fallback to terminating endpoints can bring a Pod back: the last time counts.
  const last = rules.findLastIndex(({ holds }) => holds);
  const removed = rules[last + 1];
  if (removed !== undefined) found.rulesRemovedMs = removed.t;
  return found;
}

function kubeletMoment(
  { what, t }: RecordingLine,
  name: string,
  found: Partial<Record<PodMilestone, number>>,
) {
  if (!what.includes(name)) return;
  if (what.startsWith('"Pod is marked for graceful deletion')) found.kubeletObservedMs ??= t;
  if (what.startsWith('"Running preStop hook"')) found.preStopStartedMs ??= t;
  if (what.startsWith('"PreStop hook completed"') || what.startsWith('"PreStop hook not completed'))
    found.preStopEndedMs ??= t;
}

function containerMoment(
  { what, t, detail }: RecordingLine,
  name: string,
  found: Partial<Record<PodMilestone, number>>,
) {
  if (what === 'signal' && detail.pod === name) found.sigtermMs ??= t;
}

function exitMoment(
  { what, detail }: RecordingLine,
  name: string,
  found: Partial<Record<PodMilestone, number>>,
) {
  // A hook's process ends in the same container, with an id of its own.
  if (what !== '/tasks/exit' || detail.kind !== 'app' || detail.pod !== name) return;
  if (detail.id !== detail.container_id) return;
  if (typeof detail.exitedAtT === 'number') found.exitedMs ??= detail.exitedAtT;
}

interface Probed {
  readonly moments: { readonly lastAnswerMs: number };
  readonly gapMs: number;
  /** Probes failed after it: the Pod was routed to for longer than it answered. */
  readonly isCutOff: boolean;
}

/**
 * The last answer that a prober had from the Pod, by when its request began, and by how much the rules follow it on average: with
 * k endpoints and λ probes a second, k/λ. null without a prober, or without an answer since the deletion.
 */
export function probedMoments(
  name: string,
  atMs: number,
  lines: readonly RecordingLine[],
  { replicas }: RecordedScenario,
): Probed | null {
  const summary = lines.find(({ source, what }) => source === 'http' && what === 'summary');
  if (summary !== undefined) return fromSummary(summary, atMs, replicas, lines);
  const answers = lines.filter(({ source, what }) => source === 'probe' && what === 'answer');
  const sent = (line: RecordingLine) => (typeof line.detail.sentT === 'number' ? line.detail.sentT : line.t);
  const own = answers.filter((line) => line.detail.pod === name && sent(line) >= atMs);
  if (own.length === 0 || answers.length < 2) return null;
  const last = own.reduce((a, b) => (sent(b) > sent(a) ? b : a));
  const node = last.detail.node;
  const ofNode = answers.filter((line) => line.detail.node === node);
  const spanMs = sent(ofNode[ofNode.length - 1]!) - sent(ofNode[0]!);
  return {
    isCutOff: lines.some(
      (line) =>
        line.source === 'probe' &&
        line.what !== 'answer' &&
        line.detail.node === node &&
        sent(line) > sent(last) &&
        sent(line) < sent(last) + CUT_OFF_MS,
    ),
    moments: { lastAnswerMs: sent(last) },
    gapMs: (replicas * spanMs) / Math.max(1, ofNode.length - 1),
  };
}

/** A Pod that is dead and still routed to fails probes within this, ms: another one's failure has another time. */
const CUT_OFF_MS = 2000;

/** A client that counted its answers in bins of 100 ms, and wrote each failure down. */
function fromSummary(
  { detail }: RecordingLine,
  atMs: number,
  replicas: number,
  lines: readonly RecordingLine[],
): Probed | null {
  const { bins100ms, lastOkFromTargetStartMs } = detail;
  if (typeof lastOkFromTargetStartMs !== 'number' || lastOkFromTargetStartMs < atMs) return null;
  const bins = Array.isArray(bins100ms) ? (bins100ms as readonly unknown[]) : [];
  const before = bins.map(recordOf).filter(({ fromMs }) => typeof fromMs === 'number' && fromMs < atMs);
  const answered = before
    .flatMap(({ n }) => Object.values(recordOf(n)))
    .reduce((sum: number, each) => sum + (typeof each === 'number' ? each : 0), 0);
  const spanMs = before.length * 100;
  const gapMs = answered === 0 ? 0 : (replicas * spanMs) / answered;
  const failed = lines.filter(({ source, what }) => source === 'http' && what !== 'summary');
  const isCutOff = failed.some(
    ({ t }) => t > lastOkFromTargetStartMs && t < lastOkFromTargetStartMs + CUT_OFF_MS,
  );
  return { moments: { lastAnswerMs: lastOkFromTargetStartMs }, gapMs, isCutOff };
}
