import type { FuzzReport } from '../analysis/fuzz.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { HookInfo } from '../cluster/world.ts';
import { formatDuration, formatMs, MAX_DURATION } from '../kernel/time.ts';
import { kindOf } from '../manifests/stand-in.ts';
import type { Section } from '../report/campaign-text.ts';
import { columns, shortName } from '../report/columns.ts';
import type { Paint } from '../report/palette.ts';
import { paragraph } from '../report/wrap.ts';
import type { Workload } from '../scenario/by-workload.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { OpenPoint, WholeAnswer, WorkloadAnswer } from './workload-answers.ts';

/** What answers for several workloads have in common: names, the table's cells, the first line. */

export const STOPS: Readonly<Record<Workload['stop'], string>> = {
  rolledOut: 'rolled out',
  onePodDeleted: 'one Pod deleted',
};

const WORDS: Readonly<Record<WorkloadAnswer['outcome'], readonly [string, string]>> = {
  safe: ['SAFE', 'good'],
  unsafe: ['UNSAFE', 'bad'],
  notJudged: ['NOT JUDGED', 'warning'],
  partial: ['RUNS MISSING', 'warning'],
};

export function outcomeWord(outcome: WorkloadAnswer['outcome'], color: Paint): string {
  const [word, tone] = WORDS[outcome];
  return color(word, tone as 'good' | 'bad' | 'warning');
}

/** `Deployment web`, as short as it has to be. */
export function nameCell({ kind, name }: Workload): string {
  return shortName(`${kind} ${name}`, 30);
}

/** The hook of the first container on a Service port's path, and the Pod's grace period. */
export function hookCells({ world, objects }: Scenario, { kind, name }: Workload): readonly [string, string] {
  const workloads = objects.filter((object) => object.kind !== 'Service');
  const index = workloads.findIndex(
    (object) =>
      kindOf(object) === kind && qualifiedName(object.metadata.namespace, object.metadata.name) === name,
  );
  const template = world.templates[index];
  if (template === undefined) return ['-', '-'];
  const first =
    template.path.flat(2).find((index) => !template.containers[index]!.injected) ??
    template.containers.findIndex(({ sidecar }) => !sidecar);
  return [hookCell(template.containers[first]?.hook ?? null), `${template.terminationGracePeriodSeconds} s`];
}

function hookCell(hook: HookInfo | null): string {
  if (hook === null) return 'none';
  if (hook.outcome === 'failed' && hook.unknown === null)
    return `${hook.kind} ${hook.duration === 0 ? '' : `${formatDuration(hook.duration)}, `}fails`;
  if (hook.duration >= MAX_DURATION) return `${hook.kind} without end`;
  const least = hook.duration === 0 ? '?' : `≥ ${formatDuration(hook.duration)}`;
  return `${hook.kind} ${hook.unknown === null ? formatDuration(hook.duration) : least}`;
}

export function msCell(ms: number | null): string {
  return ms === null ? 'no value' : formatMs(ms);
}

/** Who decides how long preStop has to be: the last to let go, and the Service and the container where they have other names. */
export function decidedCell({ name }: Workload, { worst, reasons }: FuzzReport): string {
  const decided = worst?.verdict.decidedBy ?? null;
  if (decided === null) {
    const [reason = '-'] = Object.keys(reasons);
    if (reason !== 'nothingToJudge') return reason;
    const stopped = worst?.verdict.violations.some(
      (each) => each.kind === 'nothingToJudge' && 'pods' in each.reason,
    );
    return stopped ? 'nobody sends to it' : '-';
  }
  const { router, service, container } = decided;
  const who = router.replace(/^router\//, '').replace(/\/.*/, '');
  return [...new Set([who, ...[service, container].filter((each) => each !== name)])].join(', ');
}

const HEAD = ['workload', 'stopped', 'preStop', 'grace', 'verdict', 'needs p50, p99', 'decided by'];

export function answerTable(answers: readonly WorkloadAnswer[]): Section {
  return columns(
    HEAD,
    answers.map(({ workload, scenario, report, outcome }) => {
      const { p50, p99 } = report.requiredPreStopMs;
      const needs = outcome === 'notJudged' && p50 === null ? '-' : `${msCell(p50)}, ${msCell(p99)}`;
      const word = outcome === 'partial' ? 'missing' : outcome === 'notJudged' ? 'not judged' : outcome;
      return [
        nameCell(workload),
        STOPS[workload.stop],
        ...hookCells(scenario, workload),
        word,
        needs,
        decidedCell(workload, report),
      ];
    }),
  );
}

/** The first line: what the whole comes to, and what was not judged. */
export function headLine(whole: WholeAnswer, runs: number, color: Paint): string {
  const { outcome, answers } = whole;
  const word = outcomeWord(outcome, color);
  const of = (wanted: WorkloadAnswer['outcome']) => answers.filter((answer) => answer.outcome === wanted);
  const names = (list: readonly WorkloadAnswer[]) =>
    some(list.map(({ workload }) => `${workload.kind} ${workload.name}`));
  const open = some([
    ...new Set(whole.open.filter(({ accepted }) => accepted === null).map(({ name }) => name)),
  ]);
  const left = open === '' || outcome === 'notJudged' ? '' : `; not judged: ${open}`;
  const all = answers.length === 1 ? names(answers) : `all ${answers.length} workloads`;
  switch (outcome) {
    case 'unsafe': {
      const unsafe = of('unsafe');
      const count = answers.length === 1 ? '' : `${unsafe.length} of ${answers.length} workloads: `;
      return `${word}: ${count}${names(unsafe)}${left}.`;
    }
    case 'notJudged': {
      const safe = of('safe').length;
      const others = safe === 0 ? '' : `; ${safe} of ${answers.length} workloads safe`;
      return `${word}: ${open === '' ? 'no workload that anything sends to' : open}${others}.`;
    }
    case 'partial':
      return `${word}: ${names(of('partial'))}${left}.`;
    case 'safe':
      return `${word}: ${all}, in every one of ${runs} runs${answers.length === 1 ? '' : ' each'}${left}.`;
    default:
      return outcome satisfies never;
  }
}

const MOST_NAMES = 4;

function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

export function openSection(open: readonly OpenPoint[]): Section {
  const seen = new Set<string>();
  const lines = open.flatMap(({ text, accepted }) => {
    if (seen.has(text)) return [];
    seen.add(text);
    const why = accepted === null ? '' : ` Accepted: ${accepted.reason}`;
    return [paragraph(`${text}${why}`, '  - ')];
  });
  return lines.length === 0 ? [] : ['Not judged', ...lines];
}

export function namedSection(named: readonly string[], verbose: boolean): Section {
  if (named.length === 0) return [];
  const shown = verbose ? named : named.slice(0, 3);
  const more = named.length > shown.length ? `; ${named.length - shown.length} more with --verbose` : '';
  return [paragraph(`${shown.join('; ')}${more}.`, 'Beside them: ')];
}
