import { access } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { version } from '../../../package.json';
import type { Issue } from '../../cluster/issue.ts';
import type { LifecycleHandler } from '../../cluster/objects.ts';
import { isPath } from '../../node/scenario-file.ts';
import { schemaUrl } from '../../reference/config-schema.ts';
import { describe } from '../../report/describe.ts';
import { type StarterContainer, starterFile } from '../../report/starter-file.ts';
import { parseTogether } from '../../scenario/by-workload.ts';
import { qualifiedName } from '../../scenario/names.ts';
import { apps } from '../../scenario/presets/index.ts';
import { type Scenario, ScenarioError } from '../../scenario/scenario.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io } from '../output.ts';
import { placeIssues } from '../placed-issues.ts';
import { manifestFiles } from '../scenario-from-args.ts';

const FILE = 'prestop.config.yaml';

/** A scenario file for the manifests that are given. Never overwrites one. */
export async function init(paths: readonly string[], options: Options, io: Io): Promise<number> {
  const out = options.out ?? FILE;
  if (!options.print && (await exists(out)))
    throw new UsageError(
      `${out} is there already, and is not overwritten; --print shows what would stand in it.`,
      'init',
    );
  const files = await manifestFiles(paths, io.readStdin);
  if (files.length === 0)
    throw new UsageError('No manifests are given; name files, folders or patterns.', 'init');
  const read = readAll(files.map(({ text }) => text));
  if (!read.ok) throw new ScenarioError(placeIssues(read.issues, files));
  const { scenario, hooks } = read;
  const unmodelled = scenario.assumptions.filter(({ code }) => code === 'routerNotModelled');
  const doubts = scenario.doubts.map(({ kind, name }) => `${kind} ${name} may name a router.`);
  const text = starterFile({
    schemaUrl: schemaUrl(version),
    manifests: files.map(({ path }) => relative(dirname(out), path)).filter(isPath),
    containers: containersOf(scenario, hooks),
    routers: scenario.assumptions.filter(({ code }) => code === 'routerFound').map(describe),
    unknowns: [...unmodelled.map(describe), ...doubts],
  });
  if (options.print) io.out(text.trimEnd());
  else {
    await io.writeFile(out, text);
    io.out(`Written to ${out}. Look for FILL IN, then: prestop check`);
  }
  return EXIT.safe;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

type Read =
  | { readonly ok: true; readonly scenario: Scenario; readonly hooks: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** The scenario of the manifests, with some duration for hooks whose own nobody knows: by the key of their container, why. */
function readAll(manifests: readonly string[]): Read {
  const first = parseTogether({ manifests });
  if (first.ok) return { ok: true, scenario: first.scenario, hooks: new Map() };
  const hooks = new Map(
    first.issues.flatMap(({ path: [root, key], message }) =>
      root === 'apps' && typeof key === 'string' ? [[key, message] as const] : [],
    ),
  );
  if (hooks.size < first.issues.length) return { ok: false, issues: first.issues };
  const described = [...hooks.keys()].map((key) => [key, { preStop: { duration: '10s' } }] as const);
  const again = parseTogether({ manifests, apps: Object.fromEntries(described) });
  return again.ok ? { ok: true, scenario: again.scenario, hooks } : again;
}

/** Every container once; by its name alone where no other has it. */
function containersOf(
  { objects }: Scenario,
  hooks: ReadonlyMap<string, string>,
): readonly StarterContainer[] {
  const all = objects.flatMap((object) => {
    if (object.kind === 'Service') return [];
    const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
    const own = qualifiedName(object.metadata.namespace, object.metadata.name);
    return spec.containers.map((container) => ({ container, spec, own, kind: object.kind }));
  });
  const counts = new Map<string, number>();
  for (const { container } of all) counts.set(container.name, (counts.get(container.name) ?? 0) + 1);
  return all.map(({ container, spec, own, kind }) => {
    const { name, image, lifecycle } = container;
    const full = `${own}/${name}`;
    const key = counts.get(name) === 1 ? name : full;
    return {
      workload: `${kind} ${own}, container ${name}`,
      key,
      image: image === '' ? 'no image' : image,
      preStop: hookText(lifecycle.preStop),
      graceSeconds: spec.terminationGracePeriodSeconds,
      preset: presetOf(image),
      unknownHook: hooks.get(name) ?? hooks.get(full) ?? null,
    };
  });
}

function hookText(hook: LifecycleHandler | undefined): string {
  if (hook?.sleep !== undefined) return `sleep ${hook.sleep.seconds} s`;
  if (hook?.exec !== undefined) return `exec ${hook.exec.command.join(' ')}`;
  if (hook?.httpGet !== undefined) return `httpGet ${hook.httpGet.path}`;
  return 'none';
}

/** A preset whose name is the last part of the image's: `docker.io/library/nginx:1.27`. */
function presetOf(image: string): string | null {
  const name = /([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1];
  return Object.keys(apps).find((preset) => preset === name) ?? null;
}
