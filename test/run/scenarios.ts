import fc from 'fast-check';
import { type AppInput, defineScenario, type RouterInput, type Scenario } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { CONSTANT_DELAYS, NO_DELAYS, WIDE_DELAYS } from './delays.ts';
import {
  barePod,
  container,
  deployment,
  execScript,
  execSleeps,
  type Hook,
  httpGets,
  service,
  sleeps,
} from './manifests.ts';

/** Random scenarios. A sketch is what they are made from, so that a test can change one thing and build it again. */

export interface HookSketch {
  readonly kind: 'none' | 'exec' | 'execSleep' | 'sleep' | 'httpGet';
  /** Whole seconds for execSleep and sleep. */
  readonly ms: number;
  readonly effect: 'none' | 'closeListener' | 'failReadiness';
  readonly effectAt: 'start' | 'end';
  readonly fails: boolean;
}

export interface AppSketch {
  readonly onStopSignal: 'drain' | 'exit' | 'ignore';
  readonly keepAcceptingMs: number;
  readonly drainMs: number;
  readonly exitCode: number;
  readonly failReadiness: boolean;
}

export interface SidecarSketch {
  readonly onPath: boolean;
  readonly hook: HookSketch;
  readonly app: AppSketch;
}

export interface RouterSketch {
  readonly lagMs: readonly [number, number];
  readonly terminatingFallback: boolean;
}

export interface DeleteSketch {
  readonly atMs: number;
  /** Taken modulo the number of Pods. */
  readonly pod: number;
  readonly gracePeriodSeconds: number | null;
}

export interface Sketch {
  readonly minor: number;
  readonly nodes: number;
  readonly replicas: number;
  /** One Pod that nobody replaces, in place of the Deployment. */
  readonly bare: boolean;
  readonly graceSeconds: number;
  readonly hook: HookSketch;
  readonly app: AppSketch;
  readonly sidecars: readonly SidecarSketch[];
  readonly probe: { readonly periodSeconds: number; readonly failureThreshold: number } | null;
  readonly service: 'plain' | 'local' | 'nodePort' | 'publishNotReady' | 'headless';
  readonly minSyncPeriodMs: number;
  readonly batchMs: number;
  readonly churn: number;
  readonly routers: readonly RouterSketch[];
  readonly deletes: readonly DeleteSketch[];
  readonly delays: 'default' | 'constant' | 'wide' | 'none';
  readonly shuffled: boolean;
}

const DELAYS = { constant: CONSTANT_DELAYS, wide: WIDE_DELAYS, none: NO_DELAYS, default: {} } as const;

export const podNames = (sketch: Sketch): readonly string[] =>
  sketch.bare ? ['web'] : Array.from({ length: sketch.replicas }, (_, ordinal) => `web-1-${ordinal}`);

const manifestHook = ({ kind, ms }: HookSketch): Hook | undefined => {
  if (kind === 'none') return undefined;
  if (kind === 'execSleep') return execSleeps(ms / 1000);
  if (kind === 'sleep') return sleeps(ms / 1000);
  return kind === 'exec' ? execScript : httpGets;
};

function appInput(app: AppSketch, hook: HookSketch, onPath: AppInput['onPath']): AppInput {
  const { onStopSignal, keepAcceptingMs, drainMs, exitCode, failReadiness } = app;
  const { kind, ms, effect, effectAt, fails } = hook;
  const described = kind === 'exec' || kind === 'httpGet';
  const outcome = fails ? ('failed' as const) : ('completed' as const);
  const preStop = { duration: ms, effect, outcome, ...(effect === 'none' ? {} : { effectAt }) };
  return {
    onStopSignal,
    keepAccepting: keepAcceptingMs,
    drain: drainMs,
    exitCode,
    failReadiness,
    ...(onPath === undefined ? {} : { onPath }),
    ...(described ? { preStop } : {}),
  };
}

const SERVICES = {
  plain: {},
  local: { internalTrafficPolicy: 'Local' },
  nodePort: { type: 'NodePort', externalTrafficPolicy: 'Local' },
  publishNotReady: { publishNotReadyAddresses: true },
  headless: { clusterIP: 'None' },
} as const;

export function routerInputs(routers: readonly RouterSketch[]): RouterInput[] {
  return routers.map(({ lagMs, terminatingFallback }, index) => ({
    name: `lb-${index + 1}`,
    lag: { uniform: [lagMs[0], lagMs[0] + lagMs[1]] },
    terminatingFallback,
  }));
}

/** What a sketch stands for, as a user would write it. */
export function inputOf(sketch: Sketch) {
  const { probe, sidecars, hook, app, bare } = sketch;
  const spec = {
    preStop: manifestHook(hook),
    terminationGracePeriodSeconds: sketch.graceSeconds,
    readinessProbe: probe === null ? undefined : { httpGet: { port: 8080 }, ...probe },
    sidecars: sidecars.map((sidecar, index) =>
      container({ name: `proxy-${index + 1}`, port: null, preStop: manifestHook(sidecar.hook) }),
    ),
  };
  const names = podNames(sketch);
  const apps = Object.fromEntries([
    ['web', appInput(app, hook, undefined)] as const,
    ...sidecars.map(
      (sidecar, index) =>
        [
          `proxy-${index + 1}`,
          appInput(sidecar.app, sidecar.hook, sidecar.onPath ? 'always' : 'never'),
        ] as const,
    ),
  ]);
  return {
    manifests: [
      bare ? barePod(spec) : deployment({ ...spec, replicas: sketch.replicas }),
      service(SERVICES[sketch.service]),
    ],
    cluster: {
      version: `1.${sketch.minor}`,
      nodes: sketch.nodes,
      kubeProxy: { minSyncPeriod: sketch.minSyncPeriodMs },
      controllerManager: { endpointUpdatesBatchPeriod: sketch.batchMs },
      churn: { endpointSliceUpdatesPerSecond: sketch.churn },
    },
    apps,
    routers: routerInputs(sketch.routers),
    // What the manifests say of routers is another matter.
    inferRouters: false,
    delays: DELAYS[sketch.delays],
    ties: sketch.shuffled ? ('shuffled' as const) : ('sequence' as const),
    actions: sketch.deletes.map(({ atMs, pod, gracePeriodSeconds }) => ({
      type: 'deletePod' as const,
      at: atMs,
      pod: names[pod % names.length]!,
      ...(gracePeriodSeconds === null ? {} : { gracePeriodSeconds }),
    })),
  };
}

export function scenarioOf(sketch: Sketch, changes: Partial<ReturnType<typeof inputOf>> = {}): Scenario {
  return defineScenario({ ...inputOf(sketch), ...changes });
}

/** The same with an exec hook of exactly `ms` in every container that a connection passes. */
export function withExecHook(sketch: Sketch, ms: number): Sketch {
  const exec = (hook: HookSketch): HookSketch => ({
    kind: 'exec',
    ms,
    effect: effectOf(hook),
    effectAt: hook.effectAt,
    fails: false,
  });
  return {
    ...sketch,
    hook: exec(sketch.hook),
    sidecars: sketch.sidecars.map((sidecar) =>
      sidecar.onPath ? { ...sidecar, hook: exec(sidecar.hook) } : sidecar,
    ),
  };
}

/** Only a described hook has an effect. */
function effectOf({ kind, effect }: HookSketch): HookSketch['effect'] {
  return kind === 'exec' || kind === 'httpGet' ? effect : 'none';
}

const durationMs = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 500 }),
  fc.integer({ min: 0, max: 12_000 }),
);

function hookSketch(minor: number, graceSeconds: number): fc.Arbitrary<HookSketch> {
  const plain = {
    effect: fc.constant('none' as const),
    effectAt: fc.constant('start' as const),
    fails: fc.constant(false),
  };
  const seconds = (min: number, max: number) => fc.integer({ min, max }).map((value) => value * 1000);
  const described = {
    ms: durationMs,
    effect: fc.constantFrom(
      'none' as const,
      'none' as const,
      'closeListener' as const,
      'failReadiness' as const,
    ),
    effectAt: fc.constantFrom('start' as const, 'end' as const),
    fails: fc.nat(9).map((value) => value === 0),
  };
  const hooks: fc.Arbitrary<HookSketch>[] = [
    fc.record({ kind: fc.constant('none' as const), ms: fc.constant(0), ...plain }),
    fc.record({ kind: fc.constant('exec' as const), ...described }),
    fc.record({ kind: fc.constant('httpGet' as const), ...described }),
    fc.record({ kind: fc.constant('execSleep' as const), ms: seconds(0, 12), ...plain }),
  ];
  if (minor >= 30)
    hooks.push(fc.record({ kind: fc.constant('sleep' as const), ms: seconds(1, graceSeconds), ...plain }));
  return fc.oneof(...hooks);
}

const appSketch: fc.Arbitrary<AppSketch> = fc.record({
  onStopSignal: fc.constantFrom(
    'drain' as const,
    'drain' as const,
    'drain' as const,
    'exit' as const,
    'ignore' as const,
  ),
  keepAcceptingMs: fc.oneof(fc.constant(0), durationMs),
  drainMs: durationMs,
  exitCode: fc.constantFrom(0, 0, 0, 1, 143),
  failReadiness: fc.boolean(),
});

const deleteSketch: fc.Arbitrary<DeleteSketch> = fc.record({
  atMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4_000 })),
  pod: fc.nat(5),
  gracePeriodSeconds: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 20 }) },
  ),
});

const oneRouter: fc.Arbitrary<RouterSketch> = fc.record({
  lagMs: fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 3_000 })),
  terminatingFallback: fc.boolean(),
});

/** Any scenario at all. */
export const sketches: fc.Arbitrary<Sketch> = fc
  .record({ minor: fc.integer({ min: 26, max: 36 }), graceSeconds: fc.integer({ min: 1, max: 20 }) })
  .chain(({ minor, graceSeconds }) =>
    fc.record({
      minor: fc.constant(minor),
      graceSeconds: fc.constant(graceSeconds),
      nodes: fc.integer({ min: 1, max: 5 }),
      replicas: fc.integer({ min: 1, max: 6 }),
      bare: fc.nat(7).map((value) => value === 0),
      hook: hookSketch(minor, graceSeconds),
      app: appSketch,
      // Before 1.29 the API server drops what makes a sidecar one.
      sidecars: fc.array(
        fc.record({ onPath: fc.boolean(), hook: hookSketch(minor, graceSeconds), app: appSketch }),
        {
          maxLength: minor >= 29 ? 2 : 0,
        },
      ),
      probe: fc.option(
        fc.record({
          periodSeconds: fc.integer({ min: 1, max: 10 }),
          failureThreshold: fc.integer({ min: 1, max: 3 }),
        }),
      ),
      service: fc.constantFrom(
        'plain' as const,
        'plain' as const,
        'plain' as const,
        'local' as const,
        'nodePort' as const,
        'publishNotReady' as const,
        'headless' as const,
      ),
      minSyncPeriodMs: fc.constantFrom(0, 1_000, 1_000, 10_000),
      batchMs: fc.constantFrom(0, 0, 500, 1_000),
      churn: fc.constantFrom(0, 0, 0.2, 2),
      routers: fc.array(oneRouter, { maxLength: 2 }),
      deletes: fc.array(deleteSketch, { minLength: 1, maxLength: 4 }),
      delays: fc.constantFrom('default' as const, 'wide' as const, 'constant' as const),
      shuffled: fc.boolean(),
    }),
  );

/** How often a property is tried in `npm test`, and from which seed: fixed, so that a failure repeats itself. */
export const campaign = (count: number): fc.Parameters<unknown> => ({ numRuns: tries(count), seed: 20_26 });
