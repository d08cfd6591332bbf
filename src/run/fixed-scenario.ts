import type { Issue } from '../cluster/issue.ts';
import type { NodeRemoval } from '../cluster/node-removal.ts';
import type { ManifestObject, Probe } from '../cluster/objects.ts';
import type { ContainerInfo, HookInfo, World } from '../cluster/world.ts';
import { MICROS_PER_MS, MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { compile } from '../scenario/compile.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { onPath, withHooks } from '../scenario/variants.ts';
import type { Fix, FixCode, MoreGrace } from '../verdict/fix-types.ts';
import { drainSeconds } from '../verdict/fixes.ts';

/** A scenario with a fix carried out, so that it can be tried. */

type OfCode<C extends FixCode> = Extract<Fix, { readonly code: C }> & Fix;

/** What carries out each fix that a scenario can express; null where this one cannot. What is missing is advice about something else. */
const CARRY_OUT: { readonly [C in FixCode]?: (scenario: Scenario, fix: OfCode<C>) => Scenario | null } = {
  setPreStop: (scenario, { preStopSeconds }) => sleepingAtLeast(scenario, preStopSeconds),
  moreGrace: withMoreGrace,
  shortenHook: (scenario, { or }) => withMoreGrace(scenario, or),
  endBeforeTheNode: (scenario, { atMostSeconds }) => sleepingAtMost(scenario, atMostSeconds),
  sleepBeforeClosing: (scenario, { seconds }) =>
    seconds === null ? null : sleepingAtLeast(closingLast(scenario), seconds),
  secondReplica: (scenario) => edited(scenario, withReplica),
  moreReplicas: (scenario) => edited(scenario, withReplica),
  loosenTheBudget: (scenario) => edited(scenario, withReplica),
  useRollingUpdate: (scenario) => edited(scenario, rollingUpdate),
  unsetPublishNotReadyAddresses: (scenario) =>
    edited(scenario, ofServices({ publishNotReadyAddresses: false })),
  endpointOnEveryNode: (scenario, { policy }) => edited(scenario, ofServices({ [policy]: 'Cluster' })),
  surgeOnTheNode: (scenario) => edited(scenario, ofServices({ internalTrafficPolicy: 'Cluster' })),
  addReadinessProbe: (scenario, { container }) => edited(scenario, withReadinessProbe(container)),
  keepTheLabels: withoutNewTemplates,
  together: (scenario, { fixes }) =>
    [...fixes.filter((fix) => !ofTheWorld(fix)), ...fixes.filter(ofTheWorld)].reduce<Scenario | null>(
      (made, fix) => (made === null ? null : (fixedScenario(made, fix) ?? null)),
      scenario,
    ),
};

/** Those that change what is compiled already; what compiles it anew has to come before. */
const OF_THE_WORLD: ReadonlySet<FixCode> = new Set<FixCode>([
  'setPreStop',
  'moreGrace',
  'shortenHook',
  'endBeforeTheNode',
  'sleepBeforeClosing',
]);

function ofTheWorld({ code }: Fix): boolean {
  return OF_THE_WORLD.has(code);
}

/** The scenario as the fix would have it; null where it cannot be had, undefined where the fix is about something that no scenario holds. */
export function fixedScenario(scenario: Scenario, fix: Fix): Scenario | null | undefined {
  const carryOut = CARRY_OUT[fix.code] as ((scenario: Scenario, fix: Fix) => Scenario | null) | undefined;
  return carryOut?.(scenario, fix);
}

function sleepingAtLeast(scenario: Scenario, seconds: number): Scenario {
  return withDurations(scenario, (own) => Math.max(own, seconds * MICROS_PER_SECOND));
}

function sleepingAtMost(scenario: Scenario, seconds: number): Scenario {
  return withDurations(scenario, (own) => Math.min(own, seconds * MICROS_PER_SECOND));
}

function withDurations(scenario: Scenario, lasting: (own: Micros) => Micros): Scenario {
  return withWorld(scenario, (world) =>
    withHooks(world, (container) => {
      const own = container.hook;
      const hook: HookInfo = {
        ...(own ?? SLEEP),
        kind: own === null || own.kind === 'invalid' ? 'sleep' : own.kind,
        duration: lasting(own === null || own.outcome === 'failed' ? 0 : own.duration),
        unknown: null,
        outcome: 'completed',
        ranges: [],
      };
      return { ...container, hook };
    }),
  );
}

const SLEEP: HookInfo = {
  kind: 'sleep',
  duration: 0,
  unknown: null,
  startsUp: false,
  outcome: 'completed',
  effect: 'none',
  effectAt: 0,
  keepsCommand: false,
  waitsFor: null,
  binaries: [],
  ranges: [],
};

/** Hooks that close the listener do it as their last thing. */
export function closingLast(scenario: Scenario): Scenario {
  const change = (container: ContainerInfo): ContainerInfo => {
    const { hook } = container;
    return hook === null || hook.effect === 'none'
      ? container
      : { ...container, hook: { ...hook, effectAt: 'end' } };
  };
  return withWorld(scenario, (world) => withHooks(world, change));
}

function withMoreGrace(
  scenario: Scenario,
  { giver, seconds, givenSeconds, preStopSeconds }: MoreGrace,
): Scenario | null {
  if (giver === 'manifest') {
    const longer = withGraceAtLeast(scenario, seconds);
    return preStopSeconds === undefined ? longer : sleepingAtLeast(longer, preStopSeconds);
  }
  if (giver === 'clusterAutoscaler' || giver === 'karpenter')
    return withWorld(scenario, (world) => ({
      ...world,
      actions: world.actions.map((action) =>
        action.type === 'removeNodes' ? patient(action, seconds, givenSeconds) : action,
      ),
    }));
  if (giver !== 'deleteRequest') return null;
  const actions = scenario.world.actions.map((action) =>
    'gracePeriodSeconds' in action && action.gracePeriodSeconds !== null
      ? { ...action, gracePeriodSeconds: Math.max(action.gracePeriodSeconds ?? 0, seconds) }
      : action,
  );
  return withWorld(scenario, (world) => ({ ...world, actions }));
}

/** Whoever takes the nodes away gives their Pods so much more time. */
function patient(removal: NodeRemoval, seconds: number, givenSeconds: number): NodeRemoval {
  if (removal.by === 'clusterAutoscaler')
    return {
      ...removal,
      maxGracefulTerminationSeconds: Math.max(removal.maxGracefulTerminationSeconds, seconds),
    };
  const { terminationGracePeriod } = removal;
  const more = (seconds - givenSeconds) * MICROS_PER_SECOND;
  return terminationGracePeriod === null
    ? removal
    : { ...removal, terminationGracePeriod: terminationGracePeriod + more };
}

/** No Pod has less than that. */
export function withGraceAtLeast(scenario: Scenario, seconds: number): Scenario {
  return withWorld(scenario, (world) => ({
    ...world,
    templates: world.templates.map((template) => ({
      ...template,
      terminationGracePeriodSeconds: Math.max(template.terminationGracePeriodSeconds, seconds),
    })),
  }));
}

/** What Pods have to do between their hook and their exit, in whole seconds: those on the path, where there are any. */
export function podDrainSeconds({ world }: Scenario): number {
  const own = world.templates.flatMap((template) => {
    const served = onPath(template);
    return served.length > 0 ? served : template.containers;
  });
  return drainSeconds(own);
}

function withWorld(scenario: Scenario, change: (world: World) => World): Scenario {
  return { ...scenario, world: change(scenario.world) };
}

type Edit = (object: ManifestObject) => ManifestObject | readonly ManifestObject[];

/** Other objects, compiled anew; null where they are none that an API server would take. */
function edited(scenario: Scenario, edit: Edit): Scenario | null {
  return recompiled({ ...scenario, objects: scenario.objects.flatMap(edit) });
}

function recompiled(scenario: Scenario): Scenario | null {
  const issues: Issue[] = [];
  const world = compile(scenario.settings, scenario.objects, scenario, issues);
  return issues.length > 0 ? null : { ...scenario, world };
}

/** One more, and none away before its successor is ready. */
const withReplica: Edit = (object) => {
  const { kind } = object;
  if (kind === 'StatefulSet' || kind === 'ReplicaSet')
    return { ...object, spec: { ...object.spec, replicas: object.spec.replicas + 1 } } as ManifestObject;
  if (kind === 'Pod')
    return [object, { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}-2` } }];
  if (kind !== 'Deployment') return object;
  const strategy = { ...object.spec.strategy, maxUnavailable: 0 };
  return { ...object, spec: { ...object.spec, strategy, replicas: object.spec.replicas + 1 } };
};

const rollingUpdate: Edit = (object) =>
  object.kind === 'Deployment'
    ? {
        ...object,
        spec: { ...object.spec, strategy: { type: 'RollingUpdate', maxSurge: 1, maxUnavailable: 0 } },
      }
    : object;

type ServiceSpec = Extract<ManifestObject, { readonly kind: 'Service' }>['spec'];

function ofServices(changed: Partial<ServiceSpec>): Edit {
  return (object) =>
    object.kind === 'Service' ? { ...object, spec: { ...object.spec, ...changed } } : object;
}

/** It asks once a second whether the port is open. */
function probeOf(port: number): Probe {
  return {
    handler: 'tcpSocket',
    port,
    initialDelaySeconds: 0,
    periodSeconds: 1,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

function withReadinessProbe(container: string): Edit {
  const probed = <
    S extends {
      readonly containers: readonly {
        readonly name: string;
        readonly ports: readonly { readonly containerPort: number }[];
      }[];
    },
  >(
    spec: S,
  ): S => ({
    ...spec,
    containers: spec.containers.map((each) =>
      each.name === container
        ? { ...each, readinessProbe: probeOf(each.ports[0]?.containerPort ?? 80) }
        : each,
    ),
  });
  return (object) => {
    if (object.kind === 'Service') return object;
    if (object.kind === 'Pod') return { ...object, spec: probed(object.spec) };
    const { template } = object.spec;
    const changed = { ...template, spec: probed(template.spec) };
    return { ...object, spec: { ...object.spec, template: changed } } as ManifestObject;
  };
}

/** A new revision has the labels and ports of the present one. */
function withoutNewTemplates(scenario: Scenario): Scenario | null {
  const { settings } = scenario;
  const actions = settings.actions?.map((action) =>
    action.type === 'rollingUpdate' ? { ...action, template: undefined } : action,
  );
  return recompiled({ ...scenario, settings: { ...settings, ...(actions !== undefined && { actions }) } });
}

/** A preStop in whole seconds that is at least so long. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil((ms * MICROS_PER_MS) / MICROS_PER_SECOND));
}
