import type { WorstRun } from '../../analysis/fuzz.ts';
import { requireTrace } from '../../analysis/traced.ts';
import { dataPlaneName } from '../../cluster/actor-names.ts';
import type { Run } from '../../run/simulate.ts';
import { unknownPod } from '../../scenario/options.ts';
import { gravest, type Verdict } from '../../verdict/types.ts';
import { fixText } from '../describe-fix.ts';
import { violationText } from '../describe-violation.ts';
import { axisFor } from './axis.ts';
import { folded, type LaneLimits } from './fold.ts';
import { lanesOf } from './lanes.ts';
import { containersOfInitialPod, type Moment, momentsOf, momentsOfTimeline } from './moments.ts';
import type { Lane, Picture } from './picture.ts';
import { verdictLine } from './verdict-line.ts';

export interface PictureOptions extends Partial<LaneLimits> {
  /** Only this Pod. Every Pod that stops or starts by default. */
  readonly pod?: string;
  /** The function that was called, as its errors name it. */
  readonly call?: string;
}

/** More would be no picture. */
const LIMITS: LaneLimits = { routers: 12, pods: 24 };

/** A run as lanes over time. Throws TraceRequired for a run without a trace and an OptionsError for an unknown Pod. */
export function pictureOf(run: Run, { pod, call, ...limits }: PictureOptions = {}): Picture {
  return picturesOf(run, pod, call)(limits);
}

/** The same run with more lanes or fewer: what it is drawn from is made once. Throws as `pictureOf` does. */
export function picturesOf(
  run: Run,
  pod?: string,
  call = 'pictureOf',
): (limits: Partial<LaneLimits>) => Picture {
  const moments = momentsOf(requireTrace(run, call));
  const known = [...new Set(moments.flatMap((moment) => (moment.pod === null ? [] : [moment.pod])))];
  if (pod !== undefined && !known.includes(pod)) throw unknownPod(call, pod, known);
  const { world } = run.scenario;
  const lanes = lanesOf({
    moments,
    violations: run.verdict.violations,
    containersOf: (name) => containersOfInitialPod(world, name),
    endMs: lastOf(moments),
    nodeOf: nodesByPlane(
      world.dataPlane.agent,
      world.nodes.map(({ name }) => name),
    ),
    ...(pod === undefined ? {} : { pod }),
  });
  const subject = subjectOf(moments, pod);
  return (limits) => drawn(lanes, { ...LIMITS, ...limits }, run.verdict, run.seed, subject);
}

/** The run of a campaign that came closest, of which only its Pod's timeline was kept; null where there is none. */
export function pictureOfWorst({ timeline, verdict, seed }: WorstRun): Picture | null {
  if (timeline === null) return null;
  const moments = momentsOfTimeline(timeline);
  const { pod } = timeline;
  const lanes = lanesOf({
    moments,
    violations: verdict.violations,
    containersOf: () => Object.keys(timeline.containers),
    endMs: lastOf(moments),
    nodeOf: nodesByPlane(timeline.agent, Object.keys(timeline.rulesRemovedMs)),
    pod,
  });
  return drawn(lanes, LIMITS, verdict, seed, `Pod ${pod}`);
}

function nodesByPlane(agent: string, nodes: readonly string[]): ReadonlyMap<string, string> {
  return new Map(nodes.map((node) => [dataPlaneName(agent, node), node]));
}

function drawn(
  lanes: readonly Lane[],
  limits: LaneLimits,
  verdict: Verdict,
  seed: number,
  subject: string,
): Picture {
  const worst = gravest(verdict.violations);
  const kept = folded(lanes, limits);
  return {
    subject,
    seed,
    outcome: verdict.outcome,
    headline: verdictLine(verdict),
    why: worst === undefined ? '' : violationText(worst),
    fix: worst === undefined ? '' : fixText(worst.fix),
    lanes: kept,
    axis: axisFor(kept.flatMap(instantsOf)),
  };
}

function instantsOf({ spans, marks }: Lane): readonly number[] {
  return [
    ...spans.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ...marks.flatMap(({ atMs, kind }) => (kind === 'answered' ? [] : [atMs])),
  ];
}

/** The last moment of the picture: what goes on for ever is drawn until then. */
function lastOf(moments: readonly Moment[]): number {
  return moments.reduce((last, { atMs, kind }) => (kind === 'answered' ? last : Math.max(last, atMs)), 0);
}

function subjectOf(moments: readonly Moment[], pod: string | undefined): string {
  if (pod !== undefined) return `Pod ${pod}`;
  const stopped = new Set(
    moments.flatMap(({ kind, pod: whose }) =>
      whose !== null && (kind === 'terminating' || kind === 'stopBegins') ? [whose] : [],
    ),
  );
  const [first] = stopped;
  if (stopped.size === 1) return `Pod ${first} stops`;
  return stopped.size === 0 ? 'no Pod stops' : `${stopped.size} Pods stop`;
}
