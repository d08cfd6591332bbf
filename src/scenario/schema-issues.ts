import { formatPath, type Issue, MAX_ISSUES } from '../cluster/issue.ts';
import { didYouMean } from '../cluster/similar.ts';
import { largest } from '../kernel/lists.ts';
import type * as z from '../schema/zod.ts';
import { scenarioSchema } from './schema.ts';

/** What a schema complains of, as issues: the field, the rule, the value, the fix. */

type Path = readonly (string | number)[];

/** What was checked: the schema of it all, and what it is called. */
export interface Checked {
  readonly schema: z.core.$ZodType;
  readonly noun: string;
}

const A_SCENARIO: Checked = { schema: scenarioSchema, noun: 'a scenario' };

/** All issues of a failed parse of `input`; `base` stands before every path. */
export function issuesOfSchema(
  error: z.core.$ZodError,
  input: unknown,
  base: Path = [],
  checked: Checked = A_SCENARIO,
): Issue[] {
  return error.issues.flatMap((issue, at) =>
    at < MAX_ISSUES ? issuesOf(issue, input, base, checked) : [{ code: issue.code, path: base, message: '' }],
  );
}

function issuesOf(issue: z.core.$ZodIssue, input: unknown, base: Path, checked: Checked): Issue[] {
  const inner: Path = issue.path.filter((part) => typeof part !== 'symbol');
  const path = [...base, ...inner];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key, at) => unknownKey(path, key, checked, at >= MAX_ISSUES));
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === DEFAULT_MESSAGE) {
    const closest = closestOf(issue.errors);
    if (closest !== null) {
      return closest.flatMap((each) =>
        issuesOf({ ...each, path: [...issue.path, ...each.path] }, input, base, checked),
      );
    }
  }
  const value = valueAt(input, inner);
  const { rule, fix } = ruleOf(issue, value);
  const name = path.length === 0 ? wholeOf(checked) : formatPath(path);
  const given = value === undefined ? '' : `; it is ${shown(value)}`;
  const message =
    value === undefined && path.length > 0 ? `${name} is missing: it ${rule}.` : `${name} ${rule}${given}.`;
  const code = issue.code === 'custom' ? 'invalid' : issue.code;
  return [{ code, path, message, rule: `It ${rule}.`, ...(value === undefined ? {} : { value }), fix }];
}

/** What zod says of a union that has no message of its own. */
const DEFAULT_MESSAGE = 'Invalid input';

function wholeOf(checked: Checked): string {
  return checked === A_SCENARIO ? 'The scenario' : 'The second argument';
}

/** What comes after the last that is told only counts: nobody asks what it could have meant. */
function unknownKey(path: Path, key: string, checked: Checked, onlyCounts: boolean): Issue {
  if (onlyCounts) return { code: 'unknownKey', path, message: '' };
  return {
    code: 'unknownKey',
    path: [...path, key],
    message: `"${key}" is no option of ${path.length === 0 ? checked.noun : formatPath(path)}.`,
    rule: 'Options that do not exist are refused, so that a slip is not passed over.',
    value: key,
    fix: STANDS_ELSEWHERE.get(key.toLowerCase()) ?? spellingOf(path, key, checked),
  };
}

const DATA_PLANE =
  "What stands for it is cluster.dataPlane, the nodes' data plane: cilium, calicoEbpf, ovnKubernetes, antrea, kubeRouter, or kubeProxy " +
  '(cluster.kubeProxy.mode: iptables, nftables, ipvs), which Calico with iptables, Flannel and the cloud CNIs leave Services to.';

/** What users look for under names that are none here. */
const STANDS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['cni', DATA_PLANE],
  ['cniplugin', DATA_PLANE],
  ['networkplugin', DATA_PLANE],
  [
    'proxymode',
    'Write cluster.kubeProxy.mode (iptables, nftables or ipvs); a data plane without kube-proxy is cluster.dataPlane.',
  ],
]);

/** Of a scenario with its many names only what is meant is told; elsewhere also what there is at the place. */
function spellingOf(path: Path, key: string, checked: Checked): string {
  const meant = didYouMean(
    key,
    optionNames(checked).filter((name) => name !== key),
  );
  const here = checked === A_SCENARIO ? [] : optionsAt(checked, path);
  const all = meant === '' && here.length > 0 ? ` Options: ${here.join(', ')}.` : '';
  return `Check the spelling, or remove it.${meant}${all}`;
}

/** The names of the options at the place that a path ends with, however much of it stands above the schema. */
function optionsAt({ schema }: Checked, path: Path): readonly string[] {
  let at: z.core.$ZodType | undefined = schema;
  for (const part of path) {
    const { shape }: Definition = unwrapped(at)._zod.def as Definition;
    const inner = shape?.[String(part)];
    if (inner !== undefined) at = inner;
  }
  return Object.keys((unwrapped(at)._zod.def as Definition).shape ?? {});
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as Definition;
  return innerType === undefined ? schema : unwrapped(innerType);
}

const names = new WeakMap<z.core.$ZodType, readonly string[]>();

/** Every name that an option has, at whatever place. */
function optionNames({ schema }: Checked): readonly string[] {
  const found = names.get(schema) ?? [...new Set(namesIn(schema))];
  names.set(schema, found);
  return found;
}

type Definition = {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
} & Readonly<Partial<Record<'innerType' | 'element' | 'valueType', z.core.$ZodType>>>;

function namesIn(schema: z.core.$ZodType): string[] {
  const { shape = {}, options = [], innerType, element, valueType } = schema._zod.def as Definition;
  const inner = [...Object.values(shape), ...options, innerType, element, valueType];
  return [...Object.keys(shape), ...inner.flatMap((each) => (each === undefined ? [] : namesIn(each)))];
}

interface Ruling {
  /** What must hold, to stand after the field's name. */
  readonly rule: string;
  readonly fix: string;
}

function ruleOf(issue: z.core.$ZodIssue, value: unknown): Ruling {
  switch (issue.code) {
    case 'invalid_type': {
      if (!issue.message.startsWith(DEFAULT_MESSAGE)) return spoken(issue.message, value);
      const expected = KINDS[issue.expected] ?? issue.expected;
      const quotes =
        issue.expected === 'string' && typeof value === 'number' ? ` Put it in quotes: "${value}".` : '';
      return { rule: `must be ${expected}`, fix: `Use ${expected}.${quotes}` };
    }
    case 'too_small':
    case 'too_big': {
      const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
      const side = issue.code === 'too_small' ? 'at least' : 'at most';
      const what = issue.origin === 'array' ? `hold ${side} ${bound} entries` : `be ${side} ${bound}`;
      return { rule: `must ${what}`, fix: `Use a value of ${side} ${bound}.` };
    }
    case 'invalid_value': {
      const values = issue.values.map((each) => String(each));
      const [first = ''] = values;
      if (values.length === 1) return { rule: `must be ${first}`, fix: `Use ${first}.` };
      return {
        rule: `must be one of ${values.join(', ')}`,
        fix: `Use one of them.${didYouMean(value, values)}`,
      };
    }
    default:
      return spoken(issue.message, value);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  tuple: 'a list of two values',
  record: 'an object',
};

/** A message of the schema's own: the rule, perhaps ending with a colon and all that is accepted, and after a semicolon how to meet it. */
function spoken(message: string, value: unknown): Ruling {
  const [rule = message, ...fix] = message.split('; ');
  const verb = /^(?:is|must|does|holds|names)\b/.test(rule) ? rule : 'must have a form that is accepted here';
  const how = fix.join('; ');
  if (how !== '') return { rule: verb, fix: `${how.charAt(0).toUpperCase()}${how.slice(1)}.` };
  const accepted = / one of [^:]*: (.*)$/.exec(rule)?.[1]?.split(', ') ?? [];
  return {
    rule: verb,
    fix: accepted.length === 0 ? 'Correct the value.' : `Use one of them.${didYouMean(value, accepted)}`,
  };
}

/** Of the members of a union, the one whose complaints lie deepest: what the user most probably meant. */
function closestOf(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    largest(
      issues.map((each) => each.path.length),
      0,
    );
  const deepest = [...errors].sort((a, b) => depth(b) - depth(a))[0];
  if (deepest !== undefined && depth(deepest) > 0) return deepest;
  const custom = errors.find((issues) => issues.some((each) => each.code === 'custom'));
  return custom ?? errors.find((issues) => issues.some((each) => each.code === 'unrecognized_keys')) ?? null;
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string | number, unknown>)[part]
        : undefined,
    input,
  );
}

/** A value as a person would point at it, cut where it is long. */
function shown(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    return `a ${typeof value}`;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
