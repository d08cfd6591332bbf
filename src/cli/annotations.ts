import { fixOfRuns, type RunsNeeded } from '../analysis/fix-of-runs.ts';
import type { FuzzReport } from '../analysis/fuzz.ts';
import { type PreStopPlace, placesOfPreStop } from '../manifests/pre-stop-place.ts';
import type { ManifestFile } from '../node/manifest-files.ts';
import { fixText } from '../report/describe-fix.ts';
import { violationText } from '../report/describe-violation.ts';
import { annotationMessage, annotationProperty } from '../report/foreign.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { workloadOfPod } from '../scenario/workload-of-pod.ts';
import type { Verdict, Violation } from '../verdict/types.ts';
import { type PlacedIssue, placeFindings, STDIN_NAME } from './placed-issues.ts';
import type { LoadedScenario } from './scenario-from-args.ts';

/** Workflow commands of GitHub Actions: `::error file=web.yaml,line=17,col=9,title=…::…`. */

export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly place: FilePlace | null;
}

export function annotation({ level, title, message, place }: Annotation): string {
  const at =
    place === null || place.file === STDIN_NAME
      ? ''
      : `file=${annotationProperty(place.file)},line=${place.line},col=${place.column},`;
  return `::${level} ${at}title=${annotationProperty(title)}::${annotationMessage(message)}`;
}

/** What a campaign found, at the preStop that it is about, and what the manifests had better not say. */
export function campaignAnnotations(
  { scenario, files }: LoadedScenario,
  report: FuzzReport,
): readonly string[] {
  const { worst, failures } = report;
  const found =
    failures === 0 || worst === null
      ? [safeAnnotation(report)]
      : verdictAnnotations(scenario, files, worst.verdict, report);
  return [...found, ...findingAnnotations(scenario, files)];
}

export function findingAnnotations(
  { findings }: Scenario,
  files: readonly ManifestFile[],
): readonly string[] {
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return placeFindings(warnings, files).map(({ code, message, fix, file, line }) => {
    const place = file === undefined || line === undefined ? null : { file, line, column: 1 };
    const text = `${message}\nFix: ${fix}`;
    return annotation({ level: 'warning', title: `prestop: ${code}`, message: text, place });
  });
}

/** One annotation for each kind of violation at each preStop, in the order of the verdict. */
export function verdictAnnotations(
  scenario: Scenario,
  files: readonly ManifestFile[],
  verdict: Verdict,
  of?: RunsNeeded,
): readonly string[] {
  const seen = new Set<string>();
  return verdict.violations.flatMap((violation) => {
    const place = placeOfPod(scenario, files, violation.pod, verdict);
    const key = `${violation.kind} ${place === null ? violation.pod : `${place.file}:${place.line}`}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [violationAnnotation(violation, place, of)];
  });
}

/** `of`: the runs of which it is the worst; left out, it is about one. */
export function violationAnnotation(violation: Violation, place: FilePlace | null, of?: RunsNeeded): string {
  const { kind, gating } = violation;
  const fix = of === undefined ? violation.fix : fixOfRuns(violation.fix, of);
  const level = gating ? 'error' : 'warning';
  return annotation({
    level,
    title: `prestop: ${kind}`,
    message: `${violationText(violation)}\nFix: ${fixText(fix)}`,
    place,
  });
}

/** Issues of input that is no scenario. */
export function issueAnnotations(issues: readonly PlacedIssue[]): readonly string[] {
  return issues.map((issue) => {
    const { file, line, column = 1, code, message, fix } = issue;
    const place = file === undefined || line === undefined ? null : { file, line, column };
    const text = fix === undefined ? message : `${message}\nFix: ${fix}`;
    return annotation({ level: 'error', title: `prestop: ${code}`, message: text, place });
  });
}

/** The claim as a notice, where no run failed. */
export function safeAnnotation({ claim }: FuzzReport): string {
  return annotation({ level: 'notice', title: 'prestop: safe', message: claim, place: null });
}

/**
 * Where to look for the preStop that decides about a Pod: that of the container which closes first, else of the first one on a Service
 * port's path, else the Pod's first container.
 */
export function placeOfPod(
  scenario: Scenario,
  files: readonly ManifestFile[],
  pod: string | null,
  { decidedBy }: Pick<Verdict, 'decidedBy'>,
): FilePlace | null {
  const name = pod ?? decidedBy?.pod ?? null;
  const index = name === null ? -1 : workloadOfPod(workloads(scenario), name);
  const object = workloads(scenario)[index];
  if (object === undefined) return null;
  const { containers, path } = scenario.world.templates[index] ?? { containers: [], path: [] };
  const deciding = decidedBy?.pod === name ? decidedBy?.container : undefined;
  const first = path.flat(2).find((index) => containers[index]?.injected !== true);
  const container = deciding ?? containers[first ?? 0]?.name;
  const { kind, metadata } = object;
  const isWorkload = (place: PreStopPlace) =>
    place.kind === kind && place.name === metadata.name && place.namespace === metadata.namespace;
  for (const { path: file, text } of files) {
    const places = placesOfPreStop(text).filter(isWorkload);
    const found = places.find((place) => place.container === container) ?? places[0];
    if (found !== undefined) return { file, line: found.line, column: found.column };
  }
  return null;
}

function workloads({ objects }: Scenario) {
  return objects.filter(({ kind }) => kind !== 'Service');
}
