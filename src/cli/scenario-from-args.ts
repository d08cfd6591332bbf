import { dirname } from 'node:path';
import type { VaryInput } from '../analysis/vary.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import { withDelays } from '../node/delays-in-scenario.ts';
import { expandPaths } from '../node/expand-paths.ts';
import { type ManifestFile, readManifestFiles } from '../node/manifest-files.ts';
import { findScenarioFile, isPath, readScenarioFile, type ScenarioFile } from '../node/scenario-file.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import { tryPreStop } from '../scenario/apply-pre-stop.ts';
import { qualifiedName } from '../scenario/names.ts';
import { type ParseResult, parseScenario, type Scenario, ScenarioError } from '../scenario/scenario.ts';
import type { AppInput, ClusterInput } from '../scenario/schema.ts';
import { type Options, UsageError } from './args.ts';
import { withAssignments } from './assignments.ts';
import { placeIssues, STDIN_NAME } from './placed-issues.ts';
import { firstPodOf } from './pod-names.ts';
import { appPreset, clientPreset, clusterPreset, routerPreset, withNamedPresets } from './presets.ts';

/** A command line's scenario, and what is needed to speak of it. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Where the manifests are from, for places in them. */
  readonly files: readonly ManifestFile[];
  /** What was decided for the user, in sentences. */
  readonly notes: readonly string[];
  readonly vary?: VaryInput;
}

type Input = Readonly<Record<string, unknown>>;

/** Reads the files and puts presets and options over them. Rejects with a ScenarioError or a UsageError. */
export async function scenarioFromArgs(
  paths: readonly string[],
  options: Options,
  readStdin: () => Promise<string>,
): Promise<LoadedScenario> {
  const config = await scenarioFile(paths, options);
  const given = await manifestFiles(paths, readStdin);
  const files = given.length > 0 ? given : (config?.files ?? []);
  const manifests = given.length > 0 ? texts(given) : [...texts(files), ...otherManifests(config)];
  if (manifests.length === 0) {
    throw new UsageError('No manifests are given; name files, folders or patterns, or - for stdin.');
  }
  const named = await withGivenDelays({ ...withNamedPresets(config?.input ?? {}), manifests }, options);
  const input = withOptions(named, options);
  const notes: string[] = [];
  const parsed = withDefaultActions(parseScenario(input), input, notes);
  const scenario = unwrap(parsed, files);
  return {
    scenario:
      options.preStopSeconds === undefined
        ? scenario
        : unwrap(tryPreStop(scenario, options.preStopSeconds), files),
    files,
    notes,
    ...(options.vary.length > 0 && { vary: withAssignments({}, options.vary, '--vary') as VaryInput }),
  };
}

/** --delays, over the file that the scenario file names; what it says of a site by itself stays. */
async function withGivenDelays(input: Input, { delays, delaysTable }: Options): Promise<Input> {
  const table = delaysTable ?? 'pessimistic';
  if (delays === undefined) {
    if (delaysTable !== undefined)
      throw new UsageError('--delays-table chooses among the tables of --delays; give that as well.');
    return input;
  }
  const { measured, rows: _rows, ...own } = recordOf(input.delays);
  return withDelays(input, { path: delays, table }, measured === undefined ? own : {});
}

function unwrap(parsed: ParseResult, files: readonly ManifestFile[]): Scenario {
  if (parsed.ok) return parsed.scenario;
  throw new ScenarioError(placeIssues(parsed.issues, files));
}

function texts(files: readonly ManifestFile[]): readonly string[] {
  return files.map(({ text }) => text);
}

function otherManifests(config: ScenarioFile | null): readonly unknown[] {
  const manifests = config?.input.manifests ?? [];
  return (Array.isArray(manifests) ? (manifests as unknown[]) : [manifests]).filter((each) => !isPath(each));
}

/** `-` is stdin; the other paths are read as they are. */
async function manifestFiles(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly ManifestFile[]> {
  const named = paths.filter((path) => path !== '-');
  const files = named.length === 0 ? [] : await readManifestFiles(named);
  return paths.includes('-') ? [...files, { path: STDIN_NAME, text: await readStdin() }] : files;
}

/** The one that --config names, else the one beside the first manifest, else the one in the current folder. */
async function scenarioFile(paths: readonly string[], { config }: Options): Promise<ScenarioFile | null> {
  if (config !== undefined) return readScenarioFile(config);
  const [first] = (await expandPaths(paths.filter((path) => path !== '-'))).paths;
  for (const folder of new Set([first === undefined ? '.' : dirname(first), '.'])) {
    const found = await findScenarioFile(folder);
    if (found !== null) return readScenarioFile(found);
  }
  return null;
}

/** What presets say gives way to the scenario file, and both to --set. */
function withOptions(input: Input, options: Options): Input {
  const { cluster, routers, inferRouters, apps, clients, deletePods, set } = options;
  const changed: Record<string, unknown> = { ...input };
  if (cluster !== undefined)
    changed.cluster = clusterPreset(cluster, recordOf(input.cluster) as Partial<ClusterInput>);
  if (routers.length > 0) {
    changed.routers = [
      ...listOf(input.routers),
      ...routers.map((name) => routerPreset(name, { adds: true })),
    ];
  }
  if (!inferRouters) changed.inferRouters = false;
  if (apps.length > 0) changed.apps = withApps(recordOf(input.apps), apps);
  if (clients.length > 0)
    changed.clients = [...listOf(input.clients), ...clients.map((name) => clientPreset(name))];
  if (deletePods.length > 0) changed.actions = deletePods.map(deletion);
  return withAssignments(changed, set);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {};
}

function withApps(own: Input, given: readonly string[]): Input {
  const described = given.map((text): [string, AppInput] => {
    const [container = '', name = ''] = text.split('=', 2);
    if (container === '' || name === '') {
      throw new UsageError(`--app: "${text}" describes nothing; write container=preset, e.g. web=nginx.`);
    }
    return [container, appPreset(name, recordOf(own[container]) as Partial<AppInput>)];
  });
  return { ...own, ...Object.fromEntries(described) };
}

/** A Pod's name holds no @. */
function deletion(text: string): Input {
  const [pod, at] = text.split('@', 2);
  return { type: 'deletePod', pod, ...(at !== undefined && { at }) };
}

/** Where the library has no default of its own: every Deployment rolls, and without any the first Pod of each workload is deleted. */
function withDefaultActions(parsed: ParseResult, input: Input, notes: string[]): ParseResult {
  if (parsed.ok || !parsed.issues.some(({ code }) => code === 'noActions')) return parsed;
  const others = parsed.issues.filter(({ code }) => code !== 'noActions');
  if (others.length > 0) return { ok: false, issues: others };
  const actions = defaultActions(input);
  if (actions.length === 0) return parsed;
  const what = actions.map(({ type, name }) => `${type} of ${name}`).join(', ');
  notes.push(`No action is given; taken for granted, at 0 s: ${what}.`);
  return parseScenario({ ...input, actions: actions.map(({ action }) => action) });
}

interface DefaultAction {
  readonly type: string;
  readonly name: string;
  readonly action: Input;
}

function defaultActions(input: Input): readonly DefaultAction[] {
  const { version } = recordOf(input.cluster);
  const minor = (typeof version === 'string' ? parseMinorVersion(version) : null) ?? 30;
  const { objects } = readManifests(input.manifests as readonly string[], { minor });
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  if (deployments.length > 0) {
    return deployments.map(({ metadata }) => {
      const name = qualifiedName(metadata.namespace, metadata.name);
      return { type: 'rollingUpdate', name, action: { type: 'rollingUpdate', deployment: name } };
    });
  }
  const pods = objects.map(firstPodOf).filter((pod) => pod !== null);
  return pods.map((name) => ({ type: 'deletePod', name, action: deletion(name) }));
}
