import { dirname } from 'node:path';
import type { VaryInput } from '../analysis/vary.ts';
import { withDelays } from '../node/delays-in-scenario.ts';
import { expandPaths } from '../node/expand-paths.ts';
import { type ManifestFile, readManifestFiles } from '../node/manifest-files.ts';
import { findScenarioFile, isPath, readScenarioFile, type ScenarioFile } from '../node/scenario-file.ts';
import { tryApplyPreStop } from '../scenario/apply-pre-stop.ts';
import { bareNumberIssues } from '../scenario/bare-numbers.ts';
import {
  parseTogether,
  type WorkloadScenario,
  workloadName,
  workloadScenarios,
} from '../scenario/by-workload.ts';
import { type ParseResult, parseScenario, type Scenario, ScenarioError } from '../scenario/scenario.ts';
import type { AppInput, ClusterInput } from '../scenario/schema.ts';
import { varySchema } from '../scenario/vary-schema.ts';
import { type Accepted, readAccepted } from './accepted.ts';
import { type Options, UsageError } from './args.ts';
import { withAssignments } from './assignments.ts';
import { placeIssues, STDIN_NAME } from './placed-issues.ts';
import { appPreset, clientPreset, clusterPreset, routerPreset, withNamedPresets } from './presets.ts';

/** A command line's scenario, and what is needed to speak of it. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  /** What the answer is about: all of the manifests, or what has to do with the workload that was chosen. */
  readonly whole: Scenario;
  /** A scenario for each workload, where nobody says what happens; null where the scenario is run as it stands. */
  readonly workloads: readonly WorkloadScenario[] | null;
  /** What the scenario file excuses from being judged. */
  readonly accepted: readonly Accepted[];
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
  const { accept, ...rest } = named;
  const input = withOptions(rest, options);
  const notes = config === null ? [] : [`Using ${config.path}.`];
  const told = input.actions !== undefined;
  if (told && options.workload !== undefined)
    throw new UsageError(
      '--workload chooses what is stopped, and so do actions and --delete-pod; leave one out.',
    );
  const whole = unwrap(told ? parseScenario(input) : parseTogether(input), files);
  const chosen = told ? null : chosenWorkloads(whole, options);
  const withPreStop = (scenario: Scenario) =>
    options.preStopSeconds === undefined
      ? scenario
      : unwrap(tryApplyPreStop(scenario, options.preStopSeconds), files);
  const workloads =
    chosen?.map(({ workload, scenario }) => ({ workload, scenario: withPreStop(scenario) })) ?? null;
  const [only, second] = workloads ?? [];
  return {
    scenario: only !== undefined && second === undefined ? only.scenario : withPreStop(whole),
    whole: options.workload !== undefined && only !== undefined ? only.scenario : whole,
    workloads,
    accepted: readAccepted(accept, whole),
    files,
    notes,
    ...(options.vary.length > 0 && { vary: variation(options.vary) }),
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
export async function manifestFiles(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly ManifestFile[]> {
  const named = paths.filter((path) => path !== '-');
  const files = named.length === 0 ? [] : await readManifestFiles(named);
  if (!paths.includes('-')) return files;
  const text = await readStdin();
  if (text.trim() === '')
    throw new UsageError(
      '-: nothing came through the pipe; its producer may have failed (set -o pipefail shows it).',
    );
  return [...files, { path: STDIN_NAME, text }];
}

/** The one that --config names, else the one nearest above the first manifest, else above the current folder, within the repository. */
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
  const bare = bareNumberIssues(withAssignments({}, set));
  if (bare.length > 0) throw new ScenarioError(bare);
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

/** Every workload, or the one that --workload names; null where all are stopped together. */
function chosenWorkloads(
  whole: Scenario,
  { together, workload }: Options,
): readonly WorkloadScenario[] | null {
  if (together && workload === undefined) return null;
  const all = workloadScenarios(whole);
  if (workload === undefined) return all;
  const found = all.filter(({ workload: own }) => [own.name, workloadName(own)].includes(workload));
  if (found.length > 0) return found;
  const known = all.map(({ workload: own }) => workloadName(own)).join(', ');
  throw new UsageError(
    `--workload: there is no workload "${workload}" that something sends to.${known === '' ? '' : ` Known: ${known}.`}`,
  );
}

function variation(assignments: readonly string[]): VaryInput {
  const vary = withAssignments({}, assignments, '--vary');
  const bare = bareNumberIssues(vary, varySchema);
  if (bare.length > 0) throw new ScenarioError(bare);
  return vary as VaryInput;
}
