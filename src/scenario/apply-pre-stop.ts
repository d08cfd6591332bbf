import type { Issue } from '../cluster/issue.ts';
import type { Container, Job, ManifestObject, PodSpec } from '../cluster/objects.ts';
import type { TemplateInfo } from '../cluster/world.ts';
import {
  type HookReading,
  readHookCommand,
  surroundingsOf,
  withSleep,
} from '../manifests/hook-command/index.ts';
import { type ContainerAddress, type NewHook, setPreStop } from '../manifests/set-pre-stop.ts';
import { kindOf } from '../manifests/stand-in.ts';
import type { PlainMap } from '../manifests/yaml-edit.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { appliedWith, readTemplate } from './action-template.ts';
import { type AppOwner, appKeys, appOf } from './app-of.ts';
import { demand } from './arguments.ts';
import { OptionsError } from './options.ts';
import { type ParseResult, parseScenario, type Scenario, ScenarioError } from './scenario.ts';
import type { AppInput, ScenarioInput } from './schema.ts';
import { type RolledWorkload, workloadOf } from './workload-target.ts';

/**
 * The same scenario with a preStop sleep of that many whole seconds in every container on a Service port's path, in the templates of
 * its actions, too: the native sleep from 1.30 on, `exec` with `sleep` below; 0 removes the hook. Its manifests are changed in their
 * own text, comments and order kept (`scenario.input.manifests`). A hook that does something beside sleeping (`sleep 5; nginx -s quit`,
 * `touch /tmp/drain && sleep 20`) keeps it. Throws a
 * ScenarioError where a container has a hook that does something else, and where the API server would not admit the value, and an
 * OptionsError where `seconds` is none; `tryApplyPreStop` returns the issues.
 */
export function applyPreStop(scenario: Scenario, seconds: number): Scenario {
  const result = tryApplyPreStop(scenario, seconds);
  if (result.ok) return result.scenario;
  throw isSleep(seconds) ? new ScenarioError(result.issues) : new OptionsError('applyPreStop', result.issues);
}

/** `applyPreStop` that returns its issues instead of throwing them. */
export function tryApplyPreStop(scenario: Scenario, seconds: number): ParseResult {
  demand('applyPreStop', 'scenario', scenario);
  if (!isSleep(seconds)) return { ok: false, issues: [wrongSeconds(seconds)] };
  const { settings, world, input } = scenario;
  const targets = containersOnPath(scenario);
  const issues = targets.flatMap((target) => doesSomethingElse(target, settings.apps));
  const native = featureEnabled('PodLifecycleSleepAction', world.minor);
  for (const { owner, graceSeconds } of native ? [] : targets) {
    if (seconds > graceSeconds) issues.push(aboveGrace(owner, seconds, graceSeconds));
  }
  if (issues.length > 0) return { ok: false, issues };
  const sleep = sleepFor(seconds, native);
  const hookOf = (target: Target) => keptHook(target, seconds) ?? sleep;
  return parseScenario({
    ...input,
    manifests: setPreStop(input.manifests, hooksIn(targets, null, hookOf)),
    ...(input.actions === undefined ? {} : { actions: actionsWith(scenario, targets, hookOf) }),
    apps: withoutHooks(input.apps ?? {}, targets),
  } satisfies ScenarioInput);
}

function isSleep(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0;
}

/** The hook as the cluster's version spells it; null is none. */
function sleepFor(seconds: number, native: boolean): PlainMap | null {
  if (seconds === 0) return null;
  return native ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
}

/** A hook that does more than sleeping goes on doing so, with another sleep; null: it is no such hook. */
function keptHook({ container, spec }: Target, seconds: number): PlainMap | null {
  const exec = container.lifecycle.preStop?.exec;
  const read = exec === undefined ? null : readHook(container, spec);
  if (exec === undefined || read === null || read.onlySleeps) return null;
  const command = withSleep(exec.command, seconds, surroundingsOf(container, spec));
  return command === null ? null : { exec: { command } };
}

function readHook(container: Container, spec: PodSpec): HookReading | null {
  const exec = container.lifecycle.preStop?.exec;
  return exec === undefined ? null : readHookCommand(exec.command, surroundingsOf(container, spec));
}

interface Target {
  readonly container: Container;
  readonly spec: PodSpec;
  readonly owner: string;
  readonly graceSeconds: number;
  readonly address: ContainerAddress;
  /** The action whose template it stands in; null in the manifests. */
  readonly action: number | null;
}

type Workload = Exclude<ManifestObject, { readonly kind: 'Service' }>;

function containersOnPath(scenario: Scenario): Target[] {
  const { objects, world } = scenario;
  const workloads = objects.filter((object) => object.kind !== 'Service');
  const brought = templatesOfActions(scenario);
  // Templates are numbered in this order: the manifests' first, then those of actions.
  return [...workloads.map((object) => ({ object, action: null })), ...brought].flatMap(
    ({ object, action }, index) => targetsIn(object, world.templates[index]!, action),
  );
}

/** The workloads as they are applied by actions that bring a template along. */
function templatesOfActions(
  scenario: Scenario,
): { readonly object: RolledWorkload; readonly action: number }[] {
  const { actions = [] } = scenario.settings;
  return actions.flatMap((each, action) => {
    if (each.type !== 'rollingUpdate' || each.template === undefined) return [];
    const source = rolledOf(scenario, each);
    const { object } = readTemplate(source, each.template, scenario.world.minor as MinorVersion);
    return [{ object: object!, action }];
  });
}

/** Of an action that brings a template along, which a Job does not take. */
function rolledOf(
  { objects }: Scenario,
  named: Parameters<typeof workloadOf>[1],
): Exclude<RolledWorkload, Job> {
  return workloadOf(objects, named) as Exclude<RolledWorkload, Job>;
}

function targetsIn(object: Workload, template: TemplateInfo, action: number | null): Target[] {
  const names = new Set(template.path.flat(2).map((container) => template.containers[container]!.name));
  const spec = object.kind === 'Pod' ? object.spec : object.spec.template.spec;
  const owner = `${kindOf(object)}/${object.metadata.name}`;
  return [...spec.containers, ...spec.initContainers]
    .filter(({ name, injected }) => names.has(name) && injected !== true)
    .map((container) => ({
      container,
      spec,
      owner: action === null ? owner : `${owner} (the template of actions[${action}])`,
      graceSeconds: spec.terminationGracePeriodSeconds,
      address: addressOf(object, container.name),
      action,
    }));
}

function addressOf({ kind, metadata }: ManifestObject, container: string): ContainerAddress {
  return { kind, namespace: metadata.namespace, name: metadata.name, container };
}

function ownerOf({ address }: Target): AppOwner {
  return { namespace: address.namespace, workload: address.name };
}

type HookOf = (target: Target) => PlainMap | null;

function hooksIn(targets: readonly Target[], action: number | null, hookOf: HookOf): readonly NewHook[] {
  return targets
    .filter((target) => target.action === action)
    .map((target) => ({ address: target.address, preStop: hookOf(target) }));
}

function actionsWith(scenario: Scenario, targets: readonly Target[], hookOf: HookOf) {
  const { actions = [] } = scenario.input;
  return actions.map((each, action) => {
    if (each.type !== 'rollingUpdate' || each.template === undefined) return each;
    const applied = appliedWith(rolledOf(scenario, each), each.template);
    const changed = setPreStop(applied, hooksIn(targets, action, hookOf)) as typeof applied;
    return { ...each, template: changed.spec.template as Record<string, unknown> };
  });
}

/** Only a sleep may be replaced by another one, and what a hook does beside it has to stay. */
function doesSomethingElse(target: Target, apps: Scenario['settings']['apps']): Issue[] {
  const { container, spec, owner, action } = target;
  const { name, lifecycle } = container;
  const { preStop } = lifecycle;
  if (preStop === undefined || preStop.sleep !== undefined) return [];
  const described = appOf(apps, ownerOf(target), name)?.preStop?.effect ?? 'none';
  const sleeps = readHook(container, spec)?.onlySleeps === true && described === 'none';
  if (sleeps || keptHook(target, 0) !== null) return [];
  const does =
    preStop.exec === undefined ? 'sends a request' : `runs ${JSON.stringify(preStop.exec.command.join(' '))}`;
  return [
    {
      code: 'hookDoesMore',
      path: action === null ? ['manifests'] : ['actions', action, 'template'],
      message: `The preStop hook of container "${name}" in ${owner} ${does}; a sleep in its place would drop that.`,
      rule: 'Another sleep is only put where a hook sleeps for a time that can be read, and whatever closes the listener comes after it.',
      fix: 'Put the sleep into that hook yourself, and describe its duration in apps.',
    },
  ];
}

/** What was said of hooks that are there no more; of one that keeps its end, what that does is still said. */
function withoutHooks(
  apps: Readonly<Record<string, AppInput>>,
  targets: readonly Target[],
): Record<string, AppInput> {
  return Object.fromEntries(
    Object.entries(apps).map(([name, app]) => {
      const target = targets.find((each) => appKeys(ownerOf(each), each.container.name).includes(name));
      if (target === undefined || app.preStop === undefined) return [name, app];
      const { preStop, ...rest } = app;
      if (keptHook(target, 0) === null) return [name, rest];
      const { effect, effectAt } = preStop;
      const kept = {
        ...(effect === undefined ? {} : { effect }),
        ...(effectAt === undefined ? {} : { effectAt }),
      };
      return [name, { ...rest, preStop: kept }];
    }),
  );
}

function wrongSeconds(seconds: number): Issue {
  return {
    code: 'invalid',
    path: ['seconds'],
    message: `seconds: ${seconds} is no length of a preStop sleep.`,
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
