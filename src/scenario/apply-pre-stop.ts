import type { Issue } from '../cluster/issue.ts';
import type { Container, ManifestObject } from '../cluster/objects.ts';
import { readHookDuration } from '../manifests/hook-duration.ts';
import { type ContainerAddress, setPreStop } from '../manifests/set-pre-stop.ts';
import { featureEnabled } from '../rules/feature-gates.ts';
import { type ParseResult, parseScenario, type Scenario, ScenarioError } from './scenario.ts';
import type { AppInput, ScenarioInput } from './schema.ts';

/**
 * The same scenario with a preStop sleep of that many whole seconds in every container on a Service port's path: the native sleep
 * from 1.30 on, `exec` with `sleep` below; 0 removes the hook. Its manifests are changed in their own text, comments and order kept
 * (`scenario.input.manifests`). Throws a ScenarioError where a container has a hook that does something else, and where the API
 * server would not admit the value; `tryPreStop` returns the issues.
 */
export function applyPreStop(scenario: Scenario, seconds: number): Scenario {
  const result = tryPreStop(scenario, seconds);
  if (!result.ok) throw new ScenarioError(result.issues);
  return result.scenario;
}

/** `applyPreStop` that returns its issues instead of throwing them. */
export function tryPreStop(scenario: Scenario, seconds: number): ParseResult {
  if (!Number.isInteger(seconds) || seconds < 0) {
    return { ok: false, issues: [wrongSeconds(seconds)] };
  }
  const { settings, world, input } = scenario;
  const targets = containersOnPath(scenario);
  const issues = targets.flatMap(({ container, owner }) =>
    doesSomethingElse(container, owner, settings.apps),
  );
  const native = featureEnabled('PodLifecycleSleepAction', world.minor);
  for (const { owner, graceSeconds } of native ? [] : targets) {
    if (seconds > graceSeconds) issues.push(aboveGrace(owner, seconds, graceSeconds));
  }
  if (issues.length > 0) return { ok: false, issues };
  const hook =
    seconds === 0
      ? null
      : native
        ? { sleep: { seconds } }
        : { exec: { command: ['sleep', String(seconds)] } };
  const changed: ScenarioInput = {
    ...input,
    manifests: setPreStop(
      input.manifests,
      targets.map(({ address }) => address),
      hook,
    ),
    apps: withoutHooks(
      input.apps ?? {},
      targets.map(({ container }) => container.name),
    ),
  };
  return parseScenario(changed);
}

interface Target {
  readonly container: Container;
  readonly owner: string;
  readonly graceSeconds: number;
  readonly address: ContainerAddress;
}

function containersOnPath({ objects, world }: Scenario): Target[] {
  const workloads = objects.filter((object) => object.kind !== 'Service');
  return workloads.flatMap((object, index) => {
    const template = world.templates[index]!;
    const names = new Set(template.path.flat(2).map((container) => template.containers[container]!.name));
    const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
    return [...spec.containers, ...spec.initContainers]
      .filter(({ name }) => names.has(name))
      .map((container) => ({
        container,
        owner: `${object.kind}/${object.metadata.name}`,
        graceSeconds: spec.terminationGracePeriodSeconds,
        address: addressOf(object, container.name),
      }));
  });
}

function addressOf({ kind, metadata }: ManifestObject, container: string): ContainerAddress {
  return { kind, namespace: metadata.namespace, name: metadata.name, container };
}

/** Only a hook that does nothing but sleep may be replaced by another sleep. */
function doesSomethingElse(
  { name, lifecycle }: Container,
  owner: string,
  apps: Scenario['settings']['apps'],
): Issue[] {
  const { preStop } = lifecycle;
  if (preStop === undefined || preStop.sleep !== undefined) return [];
  const effect = apps[name]?.preStop?.effect ?? 'none';
  const sleeps = preStop.exec !== undefined && readHookDuration(preStop.exec.command).kind === 'known';
  if (sleeps && effect === 'none') return [];
  const does =
    preStop.exec === undefined ? 'sends a request' : `runs ${JSON.stringify(preStop.exec.command.join(' '))}`;
  return [
    {
      code: 'hookDoesMore',
      path: ['manifests'],
      message: `The preStop hook of container "${name}" in ${owner} ${does}; a sleep in its place would drop that.`,
      rule: 'Only a hook that does nothing but sleep is replaced.',
      fix: 'Put the sleep into that hook yourself, and describe its duration in apps.',
    },
  ];
}

function withoutHooks(
  apps: Readonly<Record<string, AppInput>>,
  names: readonly string[],
): Record<string, AppInput> {
  return Object.fromEntries(
    Object.entries(apps).map(([name, app]) => {
      if (!names.includes(name) || app.preStop === undefined) return [name, app];
      const { preStop, ...rest } = app;
      return [name, rest];
    }),
  );
}

function wrongSeconds(seconds: number): Issue {
  return {
    code: 'invalid',
    path: ['seconds'],
    message: `${seconds} is no number of seconds for a preStop sleep.`,
    value: seconds,
    rule: 'A sleep takes whole seconds, 0 or more.',
    fix: 'Use a whole number; 0 removes the hook.',
  };
}

function aboveGrace(owner: string, seconds: number, graceSeconds: number): Issue {
  return {
    code: 'preStopExceedsGrace',
    path: ['seconds'],
    message: `A preStop sleep of ${seconds} s does not fit the terminationGracePeriodSeconds of ${owner}, ${graceSeconds}.`,
    value: seconds,
    rule: 'A hook longer than the grace period is cut off at its end.',
    fix: `Raise terminationGracePeriodSeconds to at least ${seconds + 3}, or use a shorter sleep.`,
  };
}
