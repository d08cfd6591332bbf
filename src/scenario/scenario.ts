import type { z } from 'zod';
import { formatPath, type Issue } from '../cluster/issue.ts';
import type { ManifestObject } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';
import type { Finding } from '../manifests/findings.ts';
import { type IgnoredObject, readManifests } from '../manifests/read-manifests.ts';
import { parseMinorVersion } from '../rules/version.ts';
import { assumptionsOf } from './assumptions.ts';
import { compile } from './compile.ts';
import { type ScenarioInput, type ScenarioSettings, scenarioSchema } from './schema.ts';

/** A checked scenario: all that a run depends on, but the seed. */
export interface Scenario {
  /** What it was made from. */
  readonly input: ScenarioInput;
  /** The input with every default filled in. */
  readonly settings: ScenarioSettings;
  /** The manifests' objects with the API server's defaults. */
  readonly objects: readonly ManifestObject[];
  /** What the API server accepts and is probably not meant. */
  readonly findings: readonly Finding[];
  /** Objects of kinds that are not simulated. */
  readonly ignored: readonly IgnoredObject[];
  /** What nobody described and was taken for granted. */
  readonly assumptions: readonly string[];
  readonly world: World;
}

export type ParseResult =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Input that is no scenario: all of its issues. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  constructor(readonly issues: readonly Issue[]) {
    super(formatIssues(issues));
  }
}

/** Issues as a person reads them: one to a paragraph, with its place, its rule and its fix. */
export function formatIssues(issues: readonly Issue[]): string {
  const count =
    issues.length === 1 ? 'This scenario has 1 problem:' : `This scenario has ${issues.length} problems:`;
  return [count, ...issues.map(formatIssue)].join('\n');
}

function formatIssue(issue: Issue): string {
  const at = issue.line === undefined ? '' : ` (line ${issue.line}, column ${issue.column ?? 1})`;
  const path = formatPath(issue.path) || 'input';
  const named = issue.message.includes(path) || issue.message.startsWith('manifests[');
  const lines = [`- ${named ? '' : `${path}: `}${issue.message}${at}`];
  if (issue.rule !== undefined) lines.push(`    rule: ${issue.rule}`);
  if (issue.fix !== undefined) lines.push(`    fix: ${issue.fix}`);
  return lines.join('\n');
}

/** Checks a scenario and fills in its defaults. Throws a ScenarioError with every issue; `parseScenario` returns them. */
export function defineScenario(input: ScenarioInput): Scenario {
  const result = parseScenario(input);
  if (!result.ok) throw new ScenarioError(result.issues);
  return result.scenario;
}

/** Checks anything. Never throws for bad input: whatever is wrong comes back, all at once. */
export function parseScenario(input: unknown): ParseResult {
  const parsed = scenarioSchema.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap(issuesOfZod);
    return { ok: false, issues: [...issues, ...manifestIssuesOf(input)] };
  }
  const settings = parsed.data;
  const minor = parseMinorVersion(settings.cluster.version)!;
  const { objects, issues: manifestIssues, findings, ignored } = readManifests(settings.manifests, { minor });
  const issues: Issue[] = [...manifestIssues];
  // What the manifests lack would only repeat itself in everything that names their objects.
  const world = manifestIssues.length === 0 ? compile(settings, objects, issues) : null;
  if (world === null || issues.length > 0) return { ok: false, issues };
  const assumptions = assumptionsOf(settings, world, findings);
  const scenario = {
    input: input as ScenarioInput,
    settings,
    objects,
    findings,
    ignored,
    assumptions,
    world,
  };
  return { ok: true, scenario: Object.freeze(scenario) };
}

/** Manifests are read even where the rest of the input is wrong, so that both are reported together. */
function manifestIssuesOf(input: unknown): readonly Issue[] {
  const { manifests, cluster } = (typeof input === 'object' && input !== null ? input : {}) as {
    readonly manifests?: unknown;
    readonly cluster?: { readonly version?: unknown };
  };
  const readable = typeof manifests === 'string' || (typeof manifests === 'object' && manifests !== null);
  if (!readable) return [];
  const version = typeof cluster?.version === 'string' ? parseMinorVersion(cluster.version) : null;
  return readManifests(manifests, { minor: version ?? 30 }).issues;
}

function issuesOfZod(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'unknownKey',
      path: [...path, key],
      message: `"${key}" is no option of ${path.length === 0 ? 'a scenario' : formatPath(path)}.`,
      value: key,
      fix: 'Check the spelling; ScenarioInput lists what exists.',
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = closestOf(issue.errors);
    if (closest !== null)
      return closest.flatMap((inner) => issuesOfZod({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const message =
    path.length === 0 && issue.code === 'invalid_type' ? `The scenario ${issue.message}` : issue.message;
  return [{ code: issue.code === 'custom' ? 'invalid' : issue.code, path, message: sentence(path, message) }];
}

/** Of the members of a union, the one whose complaints lie deepest: what the user most probably meant. */
function closestOf(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null {
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(...issues.map((inner) => inner.path.length), 0);
  const custom = errors.find((issues) => issues.some((inner) => inner.code === 'custom'));
  const deepest = [...errors].sort((a, b) => depth(b) - depth(a))[0];
  if (deepest !== undefined && depth(deepest) > 0) return deepest;
  const keys = errors.find((issues) => issues.some((inner) => inner.code === 'unrecognized_keys'));
  return custom ?? keys ?? null;
}

function sentence(path: readonly (string | number)[], message: string): string {
  const name = path.length === 0 ? '' : `${formatPath(path)} `;
  return message.startsWith('is ') || message.startsWith('must ') ? `${name}${message}.` : `${message}.`;
}
