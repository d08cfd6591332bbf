import { podTimeline, type Run } from '../run/simulate.ts';
import type { PodTimeline } from '../verdict/pod-timeline.ts';
import type { ClockOffset } from './clocks.ts';
import {
  hookOutcome,
  type Moments,
  type Observation,
  type ObservedPod,
  type ObservedReplacement,
  type PodMilestone,
} from './observation.ts';
import { observeRecording } from './observe-recording.ts';
import { hookDurationMs, hookIsSidecars, type RecordedScenario } from './recorded-scenario.ts';
import { actionAt, toRecording } from './to-recording.ts';

/**
 * The moments of a simulated run in a recorder's terms: what the API shows as the recorder's own watches would have shown it, and
 * what a node shows at the time at which it happened.
 */
export function observeRun(run: Run, scenario: RecordedScenario): Observation {
  const recording = toRecording(run);
  const clocks = new Map<string, ClockOffset>(
    run.scenario.world.nodes.map(({ name }) => [name, { offsetMs: 0, uncertaintyMs: 0 }]),
  );
  const { pods, replacements, ...others } = observeRecording(recording, scenario, {
    nodeSources: false,
    clocks,
  });
  const actionMs = actionAt(run.trace);
  return {
    ...others,
    pods: pods.map((pod) => withNode(pod, podTimeline(run, pod.name), scenario, actionMs)),
    replacements: replacements.map((each) => withRules(each, podTimeline(run, each.name), actionMs)),
  };
}

function withNode(
  pod: ObservedPod,
  timeline: PodTimeline,
  scenario: RecordedScenario,
  actionMs: number,
): ObservedPod {
  const stoppedMs = actionMs + (pod.moments.stoppedAtMs ?? 0);
  const hooked = hookIsSidecars(scenario)
    ? (Object.values(timeline.containers).find(({ sidecar }) => sidecar) ?? timeline)
    : timeline;
  const at: Partial<Record<PodMilestone, number | null>> = {
    kubeletObservedMs: timeline.kubeletObservedMs,
    rulesRemovedMs: Object.values(timeline.rulesRemovedMs)[0] ?? null,
    preStopStartedMs: hooked.preStopStartedMs,
    preStopEndedMs: hooked.preStopEndedMs,
    sigtermMs: timeline.sigtermMs,
    exitedMs: timeline.exitedMs,
  };
  const own: Partial<Record<PodMilestone, number>> = {};
  for (const [milestone, ms] of Object.entries(at)) {
    if (ms !== null && ms !== undefined) own[milestone as PodMilestone] = ms - stoppedMs;
  }
  const moments: Moments<PodMilestone> = { ...pod.moments, ...own };
  const exists = scenario.preStop.kind !== 'none' || hookIsSidecars(scenario);
  const outcome = hookOutcome(moments, { exists, durationMs: hookDurationMs(scenario) });
  return {
    ...pod,
    moments,
    outcomes: {
      ...pod.outcomes,
      ...(timeline.exitCode !== null && { exitCode: String(timeline.exitCode) }),
      ...(timeline.terminalPhase !== null && { terminalPhase: timeline.terminalPhase }),
      ...(outcome !== undefined && { preStopOutcome: outcome }),
    },
  };
}

function withRules(
  replacement: ObservedReplacement,
  timeline: PodTimeline,
  actionMs: number,
): ObservedReplacement {
  const added = Object.values(timeline.rulesAddedMs)[0];
  if (added === null || added === undefined) return replacement;
  return { ...replacement, moments: { ...replacement.moments, rulesAddedMs: added - actionMs } };
}
