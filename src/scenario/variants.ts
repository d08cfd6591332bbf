import type { ContainerInfo, HookInfo, TemplateInfo, World } from '../cluster/world.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import type { Scenario } from './scenario.ts';

/** Scenarios that differ from a given one in a number: what searches run, without reading the manifests again. */

/**
 * The same world with a preStop hook of `duration`, of the kind that is there (else a sleep), in every container on a Service port's
 * path. No duration leaves a container without a hook as it is: its stop signal comes otherwise than after a hook of no length.
 */
export function withHookDuration(world: World, duration: Micros): World {
  return withHooks(world, (container) => {
    const { hook } = container;
    if (hook === null && duration === 0) return container;
    const changed: HookInfo = {
      kind: hook === null || hook.kind === 'invalid' ? 'sleep' : hook.kind,
      duration,
      unknown: null,
      startsUp: hook?.startsUp ?? false,
      outcome: 'completed',
      effect: hook?.effect ?? 'none',
      effectAt: hook?.effectAt ?? 0,
      keepsCommand: hook?.keepsCommand ?? false,
      waitsFor: null,
      binaries: hook?.binaries ?? [],
      ranges: [],
    };
    // Probes that kill go on as they did: how Pods get up is not what is looked for.
    return { ...container, hook: changed };
  });
}

/**
 * What `applyPreStop` makes of a scenario, as far as runs can tell: a sleep of whole seconds, none for 0, before what a hook that
 * closes the listener does in the end.
 */
export function withPreStopSeconds(scenario: Scenario, seconds: number): Scenario {
  const native = featureEnabled('PodLifecycleSleepAction', scenario.world.minor);
  const duration = seconds * MICROS_PER_SECOND;
  const sleep: HookInfo | null =
    seconds === 0
      ? null
      : {
          kind: native ? 'sleep' : 'exec',
          duration,
          unknown: null,
          startsUp: !native,
          outcome: 'completed',
          effect: 'none',
          effectAt: 0,
          keepsCommand: false,
          waitsFor: null,
          binaries: native ? [] : ['sleep'],
          ranges: [],
        };
  const change = (container: ContainerInfo): ContainerInfo => {
    const { hook } = container;
    const changed: HookInfo | null = hook?.keepsCommand
      ? { ...hook, duration, unknown: null, startsUp: true, outcome: 'completed', ranges: [], waitsFor: null }
      : sleep;
    return { ...container, hook: changed, restartHook: changed };
  };
  return { ...scenario, world: withHooks(scenario.world, change) };
}

const lengths = new WeakMap<Scenario, Map<number, Scenario>>();

/** The same scenario with hooks of so many seconds where nobody can say how long they take. The same one for each length, since it is run often. */
export function withUnknownHooks(scenario: Scenario, seconds: number): Scenario {
  const known = lengths.get(scenario) ?? new Map<number, Scenario>();
  lengths.set(scenario, known);
  const found = known.get(seconds);
  if (found !== undefined) return found;
  const taking = (hook: HookInfo | null): HookInfo | null =>
    hook === null || hook.unknown === null
      ? hook
      : {
          ...hook,
          unknown: null,
          // As where `apps` says how long it takes: from its start in the container.
          startsUp: false,
          duration: Math.max(hook.duration, seconds * MICROS_PER_SECOND),
        };
  const templates = scenario.world.templates.map((template) => ({
    ...template,
    containers: template.containers.map((container) => ({
      ...container,
      hook: taking(container.hook),
      restartHook: taking(container.restartHook),
    })),
  }));
  const made = { ...scenario, world: { ...scenario.world, templates } };
  known.set(seconds, made);
  return made;
}

/** The same scenario with another terminationGracePeriodSeconds in every Pod. */
export function withGracePeriod(scenario: Scenario, seconds: number): Scenario {
  const templates = scenario.world.templates.map((template) => ({
    ...template,
    terminationGracePeriodSeconds: seconds,
  }));
  return { ...scenario, world: { ...scenario.world, templates } };
}

/** The containers that a new connection to a Pod of the template passes, but those that a webhook puts there. */
export function onPath({ path, containers }: TemplateInfo): readonly ContainerInfo[] {
  return [...new Set(path.flat(2))].map((index) => containers[index]!).filter(({ injected }) => !injected);
}

/** With other hooks in every container on a Service port's path. */
export function withHooks(world: World, changed: (container: ContainerInfo) => ContainerInfo): World {
  const change = (template: TemplateInfo): TemplateInfo => {
    const onPath = new Set(template.path.flat(2));
    const containers = template.containers.map((container, index) =>
      onPath.has(index) && !container.injected ? changed(container) : container,
    );
    return { ...template, containers };
  };
  return { ...world, templates: world.templates.map(change) };
}
