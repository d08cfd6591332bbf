import { DELAY_SITES } from '../cluster/delay-sites.ts';
import { limits } from '../manifests/limits.ts';
import { parseYaml } from '../manifests/yaml.ts';
import { UsageError } from './args.ts';

/** `--set` and `--vary`: a path of an input, and the value that goes there. */

type Path = readonly (string | number)[];

/** Where YAML would read a number and the option takes text. */
const TEXT_OPTIONS: readonly string[] = ['cluster.version'];

/** The same input with every `path=value` of the list in it. Throws a UsageError for what is no assignment. */
export function withAssignments(
  input: Readonly<Record<string, unknown>>,
  assignments: readonly string[],
  option = '--set',
): Readonly<Record<string, unknown>> {
  return assignments.reduce<Readonly<Record<string, unknown>>>((changed, text) => {
    const equals = text.indexOf('=');
    if (equals <= 0) {
      throw new UsageError(
        `${option}: "${text}" assigns nothing; write path=value, e.g. ${EXAMPLES[option] ?? 'cluster.kubeProxy.minSyncPeriod=10s'}.`,
      );
    }
    const name = text.slice(0, equals).trim();
    const path = readPath(name, option);
    const value = readValue(name, text.slice(equals + 1), option);
    if (path[0] === 'manifests')
      throw new UsageError(`${option}: manifests come from files; name them as arguments.`);
    return put(changed, path, value, name, option) as Readonly<Record<string, unknown>>;
  }, input);
}

const EXAMPLES: Readonly<Record<string, string>> = { '--vary': 'nodes=[1,5] or apps.web.drain=[1s,20s]' };

/** As deep as maps and lists may lie inside one another. */
const MAX_STEPS = limits.depth;

const PART = /\.?([^.[\]"]+)|\.?"([^"]*)"|\["([^"]*)"\]|\[(\d+)\]/y;

/** `routers[0].lag` is routers, 0, lag. What follows `delays` is one name, dots and all: `delays.watch.kubeProxy`. */
export function readPath(text: string, option = '--set'): Path {
  const parts: (string | number)[] = [];
  PART.lastIndex = 0;
  let end = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    parts.push(part[4] === undefined ? (part[1] ?? part[2] ?? part[3] ?? '') : Number(part[4]));
    end = PART.lastIndex;
  }
  if (parts.length > MAX_STEPS) {
    throw new UsageError(
      `${option}: a path of ${parts.length} steps is longer than any input is deep; the most is ${MAX_STEPS}.`,
    );
  }
  if (end !== text.length || parts.length === 0) {
    throw new UsageError(
      `${option}: "${text}" is no path; write names with dots, and [0] for a place in a list.`,
    );
  }
  return joinDelaySite(parts);
}

function joinDelaySite(parts: Path): Path {
  const delays = parts.indexOf('delays');
  for (let end = parts.length; delays >= 0 && end > delays + 2; end--) {
    const site = parts.slice(delays + 1, end).join('.');
    if (DELAY_SITES.some((known) => known === site)) {
      return [...parts.slice(0, delays + 1), site, ...parts.slice(end)];
    }
  }
  return parts;
}

function readValue(name: string, text: string, option: string): unknown {
  const { documents, problems } = parseYaml(text);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new UsageError(`${option}: the value of ${name} is no YAML: ${problem.message}.`);
  }
  const value = documents[0]?.value ?? null;
  if (TEXT_OPTIONS.includes(name)) return typeof value === 'string' ? value : text.trim();
  // 010 and 1e3 are names or versions more often than numbers.
  return typeof value === 'number' && String(value) !== text.trim() ? text.trim() : value;
}

/** Copies what lies on the way and makes what is missing. */
function put(at: unknown, path: Path, value: unknown, name: string, option: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number' || Array.isArray(at)) {
    const list: readonly unknown[] = Array.isArray(at) ? at : [];
    if (typeof key !== 'number' || key > list.length) {
      throw new UsageError(
        `${option}: ${name} does not lead anywhere; the list there has ${list.length} entries, counted from [0].`,
      );
    }
    const changed = put(list[key], rest, value, name, option);
    return key === list.length ? [...list, changed] : list.with(key, changed);
  }
  const map = typeof at === 'object' && at !== null ? at : {};
  const changed = put(Reflect.get(map, key), rest, value, name, option);
  return Object.fromEntries([...Object.entries(map).filter(([each]) => each !== key), [key, changed]]);
}
