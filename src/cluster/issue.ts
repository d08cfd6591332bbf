import { printable, printableSentence } from './printable.ts';

/** Something that a user has to change before a run is possible. All issues are reported at once. */
export interface Issue {
  /** Stable, for programs: `invalid`, `wrongType`, `yamlSyntax` … */
  readonly code: string;
  /** Where: `['manifests', 0, 'spec', 'replicas']`. */
  readonly path: readonly (string | number)[];
  /** One sentence that names the field, the value and the rule. */
  readonly message: string;
  /** The rule that the value breaks. */
  readonly rule?: string;
  readonly value?: unknown;
  /** What to do about it, as a sentence. */
  readonly fix?: string;
  /** Where the text was YAML; both count from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** Prints a path as the API server prints one: `spec.containers[0].name`. */
export function formatPath(path: readonly (string | number)[]): string {
  if (!Array.isArray(path))
    throw new TypeError('formatPath: its argument must be a path, a list of keys and numbers.');
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = String(part);
    const key = printable(name.length > 100 ? `${name.slice(0, 100)}…` : name);
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** So many problems are told of one input. */
export const MAX_ISSUES = 100;

/** The code of an issue that says where reading ended, since enough was wrong. */
export const READ_NO_FURTHER = 'readNoFurther';

/** What is told of them: the first ones, and how many more there are; foreign text in their sentences stays text. */
export function toldIssues(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length <= MAX_ISSUES) return issues.map(printed);
  const end = issues.find(({ code }) => code === READ_NO_FURTHER);
  const more = issues.length - (MAX_ISSUES - 1) - (end === undefined ? 0 : 1);
  const unread = end === undefined ? '' : `; nothing was read from ${formatPath(end.path)} on`;
  const last: Issue = {
    code: 'moreIssues',
    path: [],
    message: `… and ${withCommas(more)} more${unread}`,
    rule: `At most ${MAX_ISSUES} problems are told at once.`,
    fix: 'Mend these first; the others may be of the same kind.',
  };
  return [
    ...issues
      .filter((each) => each !== end)
      .slice(0, MAX_ISSUES - 1)
      .map(printed),
    last,
  ];
}

function withCommas(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

interface Told {
  readonly message: string;
  readonly rule?: string;
  readonly fix?: string;
}

/** An issue or a finding whose sentences may go to any output. */
export function printed<T extends Told>(told: T): T {
  const { message, rule, fix } = told;
  return {
    ...told,
    message: printableSentence(message),
    ...(rule !== undefined && { rule: printableSentence(rule) }),
    ...(fix !== undefined && { fix: printableSentence(fix) }),
  };
}
