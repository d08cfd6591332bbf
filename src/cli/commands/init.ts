import { access } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { version } from '../../../package.json';
import type { LifecycleHandler } from '../../cluster/objects.ts';
import { qualifiedName } from '../../cluster/qualified-name.ts';
import { isPath } from '../../node/scenario-file.ts';
import { schemaUrl } from '../../reference/config-schema.ts';
import { describe } from '../../report/describe.ts';
import { type StarterContainer, starterFile } from '../../report/starter-file.ts';
import { parseTogether } from '../../scenario/by-workload.ts';

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
  const parsed = parseTogether({ manifests: files.map(({ text }) => text) });
  if (!parsed.ok) throw new ScenarioError(placeIssues(parsed.issues, files));
  const { scenario } = parsed;
  const unmodelled = scenario.assumptions.filter(({ code }) => code === 'routerNotModelled');
  const doubts = scenario.doubts.map(({ kind, name }) => `${kind} ${name} may name a router.`);
  const text = starterFile({
    schemaUrl: schemaUrl(version),
    manifests: files.map(({ path }) => relative(dirname(out), path)).filter(isPath),
    containers: containersOf(scenario),
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

/** Every container once; by its name alone where no other has it. */
function containersOf({ objects, world }: Scenario): readonly StarterContainer[] {
  const workloads = objects.filter((object) => object.kind !== 'Service');
  // Templates are numbered in the order of the workloads.
  const all = workloads.flatMap((object, index) => {
    const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
    const own = qualifiedName(object.metadata.namespace, object.metadata.name);
    const template = world.templates[index]!.containers;
    return spec.containers.map((container) => {
      const hook = template.find(({ name }) => name === container.name)?.hook;
      return { container, spec, own, kind: object.kind, unknownHook: hook?.unknown ?? null };
    });
  });
  const counts = new Map<string, number>();
  for (const { container } of all) counts.set(container.name, (counts.get(container.name) ?? 0) + 1);
  return all.map(({ container, spec, own, kind, unknownHook }) => {
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
      unknownHook,
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
