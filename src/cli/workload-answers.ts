import type { FuzzReport } from '../analysis/fuzz.ts';
import { withSafeSeconds } from '../analysis/hook-durations.ts';
import type { ManifestObject } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import { matchesSelector } from '../manifests/select.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { fixText } from '../report/describe-fix.ts';
import { notJudgedName, notJudgedText } from '../report/describe-not-judged.ts';
import { violationText } from '../report/describe-violation.ts';
import { servicesOf, type Workload, type WorkloadScenario, workloadName } from '../scenario/by-workload.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { WorkloadObject } from '../scenario/stops.ts';
import { gravest, type NotJudged, type Outcome } from '../verdict/types.ts';
import type { Accepted } from './accepted.ts';
import { EXIT } from './output.ts';
import type { LoadedScenario } from './scenario-from-args.ts';

/** What was found of one workload. */
export interface WorkloadAnswer {
  readonly workload: Workload;
  readonly scenario: Scenario;
  readonly report: FuzzReport;
  readonly outcome: Outcome | 'partial';
}

/** Something that was not judged: its name for the headline, and what would have it judged. */
export interface OpenPoint {
  readonly name: string;
  readonly text: string;
  /** The entry that excuses it. */
  readonly accepted: Accepted | null;
}

/** What all workloads of the input come to. */
export interface WholeAnswer {
  readonly outcome: Outcome | 'partial';
  readonly answers: readonly WorkloadAnswer[];
  readonly open: readonly OpenPoint[];
  /** What is named and changes nothing: nobody sends to it, or it has no Pods. */
  readonly named: readonly string[];
}

/** Puts the workloads' answers together with what none of them is about. */
export function wholeAnswer(
  { whole, workloads, accepted }: LoadedScenario,
  answers: readonly WorkloadAnswer[],
  allowUnjudged: boolean,
): WholeAnswer {
  const points = [...openServices(whole), ...answers.flatMap(openOf)];
  const open = points.map((point) => ({
    ...point,
    accepted: accepted.find((entry) => excuses(entry, point)) ?? null,
  }));
  const outcomes = answers.map(({ outcome }) => outcome);
  const left = open.some((point) => point.accepted === null) && !allowUnjudged;
  const outcome = outcomes.includes('unsafe')
    ? 'unsafe'
    : left || answers.length === 0
      ? 'notJudged'
      : outcomes.includes('partial')
        ? 'partial'
        : 'safe';
  return { outcome, answers, open, named: namedOnly(whole, workloads ?? []) };
}

export function exitOfAnswer({ outcome }: Pick<WholeAnswer, 'outcome'>): number {
  return EXIT[outcome];
}

interface Point {
  readonly name: string;
  readonly text: string;
  /** Names by which it may be excused. */
  readonly workload?: Workload;
  readonly service?: string;
}

function excuses({ what, name }: Accepted, { workload, service }: Point): boolean {
  if (what === 'service') return service === name;
  return workload !== undefined && [workload.name, workloadName(workload)].includes(name);
}

/** What kept a workload from being judged, once for all of its runs. */
function openOf({ workload, scenario, report, outcome }: WorkloadAnswer): readonly Point[] {
  if (outcome !== 'notJudged' && Object.keys(report.open).length === 0) return [];
  const left = (report.worst?.verdict.notJudged ?? []).filter((each) => each.gating);
  const gating = withSafeSeconds(left, scenario, report);
  if (gating.length > 0) return gating.map((each) => pointOf(each, workload));
  const name = `${workload.kind} ${workload.name}`;
  const why = gravest(report.worst?.verdict.violations ?? []);
  // Where the worst run was judged, others were not.
  const some = Object.entries(report.open).map(([code, runs]) => `${code} in ${runs} of ${report.runs} runs`);
  const said = why === undefined ? `${some.join(', ')}.` : `${violationText(why)} ${fixText(why.fix)}`;
  return [{ name, text: `${name}: ${said}`, workload }];
}

function pointOf(open: NotJudged, workload: Workload): Point {
  const text = notJudgedText(open);
  return {
    name: notJudgedName(open),
    text,
    workload,
    ...('service' in open ? { service: open.service } : {}),
  };
}

type Labelled = Exclude<ManifestObject, { readonly kind: 'Service' }>;

function labelsOf(object: Labelled): Readonly<Record<string, string>> {
  return object.kind === 'Pod' ? object.metadata.labels : object.spec.template.metadata.labels;
}

function selectedBy(service: ManifestObject, { objects }: Scenario): readonly Labelled[] {
  if (service.kind !== 'Service') return [];
  return objects.flatMap((object) =>
    object.kind !== 'Service' &&
    object.metadata.namespace === service.metadata.namespace &&
    matchesSelector(labelsOf(object), service.spec.selector)
      ? [object]
      : [],
  );
}

function hasNoPods(object: Labelled): boolean {
  return 'replicas' in object.spec && object.spec.replicas === 0;
}

function isElsewhere(service: ManifestObject): boolean {
  if (service.kind !== 'Service') return false;
  return service.spec.type === 'ExternalName' || Object.keys(service.spec.selector).length === 0;
}

/** Services with a selector that selects nothing of the manifests. */
function openServices(scenario: Scenario): readonly Point[] {
  return scenario.objects.flatMap((object) => {
    if (object.kind !== 'Service' || isElsewhere(object)) return [];
    if (selectedBy(object, scenario).length > 0) return [];
    const service = qualifiedName(object.metadata.namespace, object.metadata.name);
    const open: NotJudged = { code: 'serviceWithoutPods', gating: true, service };
    return [{ name: `Service ${service}`, text: notJudgedText(open), service }];
  });
}

/** Services whose endpoints are elsewhere, workloads without Pods, and workloads that nobody sends to. */
function namedOnly(scenario: Scenario, judged: readonly WorkloadScenario[]): readonly string[] {
  const rows = new Set(judged.map(({ workload }) => workloadName(workload)));
  return scenario.objects.flatMap((object) => {
    const name = qualifiedName(object.metadata.namespace, object.metadata.name);
    if (object.kind === 'Service') {
      if (isElsewhere(object)) return [`Service ${name} has no Pods of the manifests behind it`];
      const selected = selectedBy(object, scenario);
      return selected.length > 0 && selected.every(hasNoPods)
        ? [`Service ${name} has nothing behind it, since its workload has 0 replicas`]
        : [];
    }
    if (hasNoPods(object)) return [`${kindOf(object)} ${name} has 0 replicas`];
    if (rows.has(workloadName({ kind: kindOf(object), name })))
      return object.kind === kindOf(object) || object.kind === 'Job'
        ? []
        : [`how ${kindOf(object)} ${name} rolls is not simulated: one Pod of it is deleted`];
    return [unsent(object, name, scenario)];
  });
}

/** Only what its peers find it by may select it here: any other Service makes it one of the judged. */
function unsent(object: WorkloadObject, name: string, scenario: Scenario): string {
  const nobody = `nothing sends to ${kindOf(object)} ${name}`;
  const [own] = servicesOf(scenario, object);
  if (own === undefined) return `${nobody} (apps.<container>.drain says what work it has to lose)`;
  const { namespace, name: service } = own.metadata;
  const first = 'start' in object.spec ? object.spec.start : 0;
  return (
    `${nobody} but its peers, through its own headless Service ${qualifiedName(namespace, service)}, by names as ` +
    `${object.metadata.name}-${first}.${service}.${namespace}.svc (a client of that Service, or --router dnsHeadless, says who else does)`
  );
}
