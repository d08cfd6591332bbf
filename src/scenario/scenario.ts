import type { Assumption } from '../cluster/assumption.ts';
import type { Finding } from '../cluster/finding.ts';
import { formatPath, type Issue, toldIssues } from '../cluster/issue.ts';
import type {
  HorizontalPodAutoscaler,
  ManifestObject,
  Node,
  PodDisruptionBudget,
  PriorityClass,
} from '../cluster/objects.ts';
import { printable } from '../cluster/printable.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { World } from '../cluster/world.ts';
import { type IgnoredObject, type RefusedObject, readManifests } from '../manifests/read-manifests.ts';
import { kindOf } from '../manifests/stand-in.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import { type Apps, appKey } from './app-of.ts';
import { demand } from './arguments.ts';
import { assumptionsOf } from './assumptions.ts';
import { compile, servicesOf } from './compile.ts';
import { deepFreeze } from './deep-freeze.ts';
import { plainInput } from './plain-input.ts';
import { presetsByName } from './preset-names.ts';
import { withReadinessGates } from './readiness-gates.ts';
import { routersFor } from './routers.ts';
import { type ScenarioInput, type ScenarioSettings, scenarioSchema } from './schema.ts';
import { issuesOfSchema } from './schema-issues.ts';
import { withSidecars } from './sidecars.ts';
import { sizeIssues } from './size-limits.ts';
import { type NamedRouter, undescribedRouters } from './undescribed-routers.ts';

/** A checked scenario: all that a run depends on, but the seed. */
export interface Scenario {
  /** What it was made from. */
  readonly input: ScenarioInput;
  /** The input with every default filled in. */
  readonly settings: ScenarioSettings;
  /** The manifests' objects with the API server's defaults. */
  readonly objects: readonly ManifestObject[];
  /** Kept apart, since they have no Pods of their own. */
  readonly budgets: readonly PodDisruptionBudget[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  /** The manifests of nodes; all nodes of a run are `world.nodes`. */
  readonly nodes: readonly Node[];
  /** What the API server accepts and is probably not meant. */
  readonly findings: readonly Finding[];
  /** Objects of kinds that are not simulated. */
  readonly ignored: readonly IgnoredObject[];
  /** What nobody described and was taken for granted. */
  readonly assumptions: readonly Assumption[];
  /** Routers that the manifests name and nobody described. */
  readonly doubts: readonly NamedRouter[];
  /** Objects that say who routes, by their labels, with the Services that they are about; null: of none in particular.
   * @internal */
  readonly readForRouters: ReadonlyMap<string, ReadonlySet<string> | null>;
  /** What actors are made from.
   * @internal */
  readonly world: World;
}

/** A scenario, or all that keeps the input from being one. */
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
  demand('formatIssues', 'issues', issues);
  const count =
    issues.length === 1 ? 'This scenario has 1 problem:' : `This scenario has ${issues.length} problems:`;
  return [count, ...issues.map(formatIssue)].join('\n');
}

function formatIssue(issue: Issue): string {
  const isPlaced = issue.line === undefined || issue.message.includes(`at line ${issue.line},`);
  const at = isPlaced ? '' : ` (line ${issue.line}, column ${issue.column ?? 1})`;
  const path = formatPath(issue.path) || 'input';
  const named = issue.message.includes(path) || issue.message.startsWith('manifests[');
  const lines = [`- ${named ? '' : `${path}: `}${printable(issue.message)}${at}`];
  if (issue.rule !== undefined) lines.push(`    rule: ${printable(issue.rule)}`);
  if (issue.fix !== undefined) lines.push(`    fix: ${printable(issue.fix)}`);
  return lines.join('\n');
}

/** Checks a scenario and fills in its defaults. Throws a ScenarioError with every issue; `parseScenario` returns them. */
export function defineScenario(input: ScenarioInput): Scenario {
  const result = parseScenario(input);
  if (!result.ok) throw new ScenarioError(result.issues);
  return result.scenario;
}

/**
 * Checks anything. Never throws for bad input: whatever is wrong comes back, all at once, up to 100 problems. The scenario is deeply
 * frozen and made from a copy: what the caller does with its input later changes nothing.
 */
export function parseScenario(given: unknown): ParseResult {
  const plain = plainInput(given);
  const parsed = plain.ok ? parsePlain(plain.input) : plain;
  return parsed.ok ? parsed : { ok: false, issues: toldIssues(parsed.issues) };
}

function parsePlain(input: unknown): ParseResult {
  const parsed = scenarioSchema.safeParse(input);
  if (!parsed.success) {
    return { ok: false, issues: [...schemaIssuesOf(parsed.error, input), ...manifestIssuesOf(input)] };
  }
  const given = parsed.data;
  const minor = parseMinorVersion(given.cluster.version)!;
  const {
    objects: read,
    budgets,
    priorityClasses,
    autoscalers,
    nodes,
    issues: manifestIssues,
    findings,
    ignored: unread,
    raw,
    refused,
  } = readManifests(given.manifests, { minor });
  const written = read.filter((object) => takesPart(object, given.apps));
  const idle = read.filter((object) => !takesPart(object, given.apps));
  const ignored = [...unread, ...idle.map(ignoredObject)];
  const routers = routersFor(given, raw, servicesOf(written));
  const meshed = withSidecars(written, given.apps, routers.sidecars, minor);
  const { apps } = meshed;
  const gated = withReadinessGates(meshed.objects, routers.all, raw);
  const { objects } = gated;
  const settings: ScenarioSettings = { ...given, apps, routers: routers.all };
  const tooMany = sizeIssues(objects, { ...settings, nodeManifests: nodes });
  if (tooMany.length > 0) return { ok: false, issues: [...manifestIssues, ...tooMany] };
  const compileIssues: Issue[] = [];
  const world = compile(settings, objects, { budgets, priorityClasses, autoscalers, nodes }, compileIssues);
  const unreadable = manifestIssues.length > 0 && refused.length === 0;
  const issues = [
    ...manifestIssues,
    ...compileIssues.filter((issue) => !unreadable && !followsFromRefusal(issue, refused)),
  ];
  if (issues.length > 0) return { ok: false, issues };
  const doubts = undescribedRouters(objects, ignored, routers);
  const assumptions = [
    ...assumptionsOf(settings, world, findings, routers),
    ...meshed.assumptions,
    ...gated.assumptions,
  ];
  const scenario = {
    input: input as ScenarioInput,
    settings,
    objects,
    budgets,
    priorityClasses,
    autoscalers,
    nodes,
    findings,
    ignored,
    assumptions,
    doubts,
    readForRouters: routers.understood,
    world,
  };
  return { ok: true, scenario: deepFreeze(scenario) };
}

/** A CronJob makes Pods now and then: it takes part where somebody described what they do. */
export function takesPart(object: ManifestObject, apps: Apps<unknown>): boolean {
  if (object.kind !== 'CronJob') return true;
  const { namespace, name: workload } = object.metadata;
  return object.spec.template.spec.containers.some(
    ({ name: container }) => appKey(apps, { namespace, workload }, container) !== undefined,
  );
}

function ignoredObject(object: ManifestObject): IgnoredObject {
  const { namespace, name } = object.metadata;
  return { kind: kindOf(object), name: qualifiedName(namespace, name), path: [] };
}

/** Whether an issue may only repeat that an object was refused: what it names could be that object's. */
function followsFromRefusal({ code, value }: Issue, refused: readonly RefusedObject[]): boolean {
  if (refused.length === 0) return false;
  const named = refused.some(({ namespace, name }) => {
    const qualified = qualifiedName(namespace, name);
    return typeof value === 'string' && (value === qualified || value.startsWith(`${qualified}-`));
  });
  switch (code) {
    case 'unknownPod':
    case 'unknownService':
    case 'unknownDeployment':
    case 'unknownAutoscaler':
      return named;
    case 'unknownContainer':
    case 'noHook':
    case 'noEffect':
    case 'noActions':
      return refused.some(({ kind }) => kind !== 'Service');
    default:
      return false;
  }
}

/** What the schema complains of; of a preset that is given by its name, which function it is. */
function schemaIssuesOf(...[error, input]: Parameters<typeof issuesOfSchema>): readonly Issue[] {
  const named = presetsByName(input);
  const isWithin = (path: Issue['path']) =>
    named.some((each) => each.path.every((part, at) => path[at] === part));
  return [...named, ...issuesOfSchema(error, input).filter(({ path }) => !isWithin(path))];
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
