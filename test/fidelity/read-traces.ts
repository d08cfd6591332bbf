import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  hookOutcome,
  type Moments,
  type Observation,
  POD_MILESTONES,
  type PodMilestone,
  REPLACEMENT_MILESTONES,
} from '../../src/calibration/observation.ts';
import {
  execHook,
  hookDurationMs,
  hookIsSidecars,
  type RecordedAction,
  type RecordedApp,
  type RecordedHook,
  type RecordedScenario,
} from '../../src/calibration/recorded-scenario.ts';
import type { Repetition } from '../../src/calibration/repetition.ts';
import { durationSchema } from '../../src/schema/delay-input.ts';

/**
 * Sets of traces as repetitions. Every field of a set's scenario is mapped, and one that is not known here is an error: what is left
 * out would be blamed on the model.
 */

const preStop = z.union([
  z.strictObject({ exec: z.string() }),
  z.strictObject({ sleep: z.strictObject({ seconds: z.number() }) }),
  z.null(),
]);
const app = z.strictObject({
  atSigterm: z.string(),
  drainMs: z.number().optional(),
  failsReadinessAtSigterm: z.boolean().optional(),
});
const scenarioSchema = z.strictObject({
  workload: z.enum(['Deployment', 'Pod']),
  replicas: z.number(),
  preStop,
  terminationGracePeriodSeconds: z.number(),
  app,
  readinessProbePeriodSeconds: z.number(),
  readinessProbeFailureThreshold: z.number(),
  action: z.string(),
  gapMs: z.number().optional(),
  minSyncPeriod: durationSchema,
  endpointSliceBatchPeriod: durationSchema,
  sidecar: app.extend({ preStop: preStop.optional() }).optional(),
  client: z
    .strictObject({
      from: z.string(),
      concurrency: z.number(),
      connection: z.string(),
      requestMs: z.number(),
      pauseBetweenRequestsMs: z.string().optional(),
    })
    .optional(),
  publishNotReadyAddresses: z.boolean().optional(),
  internalTrafficPolicy: z.string().optional(),
});
type TraceScenario = z.infer<typeof scenarioSchema>;

/** Times of one stopped Pod in ms since it was asked to stop, of one new Pod in ms since the action; what was not seen is missing. */
type Recorded = Readonly<Record<string, unknown>>;
const setSchema = z.looseObject({
  set: z.string(),
  kubernetesVersion: z.string(),
  scenario: scenarioSchema,
  iterations: z.array(
    z.looseObject({
      pods: z.array(z.record(z.string(), z.unknown())),
      replacements: z.array(z.record(z.string(), z.unknown())).optional(),
      requests: z.unknown().optional(),
    }),
  ),
});

export interface TraceSet {
  readonly set: string;
  readonly scenario: RecordedScenario;
  readonly repetitions: readonly Repetition[];
  /** Of the iterations with a client, as the recorder wrote them down. */
  readonly requests: readonly unknown[];
}

/** Every set of a directory, by name; null where there is no such directory. Throws where a file is no trace set. */
export function readTraces(directory: string): readonly TraceSet[] | null {
  if (!existsSync(directory)) return null;
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => traceSet(file, JSON.parse(readFileSync(join(directory, file), 'utf8'))));
}

export function traceSet(file: string, content: unknown): TraceSet {
  const parsed = setSchema.safeParse(content);
  if (!parsed.success) {
    const told = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`${file}: is no trace set that is known here. ${told.join('; ')}`);
  }
  const { set, kubernetesVersion, scenario: given, iterations } = parsed.data;
  const stopped = Math.max(1, ...iterations.map(({ pods }) => pods.length));
  const scenario = recordedScenario(file, given, kubernetesVersion, stopped);
  const repetitions = iterations.map(({ pods, replacements = [] }, index) => ({
    name: `${set}/${index}`,
    scenario,
    observation: observation(pods, replacements, scenario),
    rttMs: 0,
  }));
  const requests = iterations.map((iteration) => iteration.requests).filter((each) => each !== undefined);
  return { set, scenario, repetitions, requests };
}

function recordedScenario(
  file: string,
  given: TraceScenario,
  version: string,
  stopped: number,
): RecordedScenario {
  const { client, sidecar, internalTrafficPolicy = 'Cluster' } = given;
  if (internalTrafficPolicy !== 'Cluster' && internalTrafficPolicy !== 'Local')
    throw new Error(`${file}: internalTrafficPolicy "${internalTrafficPolicy}" is not known here.`);
  return {
    version: version.split('.').slice(0, 2).join('.'),
    workload: given.workload,
    replicas: given.replicas,
    nodes: 1,
    action: actionOf(file, given, stopped),
    preStop: hookOf(given.preStop),
    terminationGracePeriodSeconds: given.terminationGracePeriodSeconds,
    readinessProbePeriodSeconds: given.readinessProbePeriodSeconds,
    readinessProbeFailureThreshold: given.readinessProbeFailureThreshold,
    app: appOf(file, given.app),
    appName: 'app',
    sidecar:
      sidecar === undefined
        ? null
        : {
            ...appOf(file, sidecar),
            name: 'sidecar',
            isSidecar: true,
            preStop: hookOf(sidecar.preStop ?? null),
          },
    others: [],
    rollout: {},
    readinessInitialDelaySeconds: 0,
    publishNotReadyAddresses: given.publishNotReadyAddresses ?? false,
    internalTrafficPolicy,
    minSyncPeriod: given.minSyncPeriod,
    endpointSliceBatchPeriod: given.endpointSliceBatchPeriod,
    client:
      client === undefined
        ? null
        : {
            concurrency: client.concurrency,
            keepAlive: client.connection !== 'new',
            requestMs: client.requestMs,
          },
  };
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five'];

/** The recorder's words for what was done. */
function actionOf(file: string, { action, gapMs = 0 }: TraceScenario, count: number): RecordedAction {
  if (/^rolling ?update$/i.test(action)) return { type: 'rollingUpdate' };
  const scaled = /^scale\b.*\bby (\w+)/i.exec(action)?.[1];
  if (scaled !== undefined) {
    const by = NUMBERS.includes(scaled) ? NUMBERS.indexOf(scaled) : Number(scaled);
    return { type: 'scale', by: /\bout\b|\bup\b/.test(action) ? by : -by };
  }
  if (!action.startsWith('deletePod')) throw new Error(`${file}: the action "${action}" is not known here.`);
  const forced = /gracePeriodSeconds (\d+)/.exec(action)?.[1];
  return {
    type: 'deletePod',
    count,
    gapMs,
    gracePeriodSeconds: forced === undefined ? null : Number(forced),
  };
}

function hookOf(given: TraceScenario['preStop']): RecordedHook {
  if (given === null) return { kind: 'none' };
  return 'exec' in given ? execHook(given.exec) : { kind: 'sleep', durationMs: given.sleep.seconds * 1000 };
}

/** The recorder's words for what a process does at SIGTERM. */
function appOf(
  file: string,
  { atSigterm, drainMs = 0, failsReadinessAtSigterm = false }: TraceScenario['app'],
): RecordedApp {
  const failsReadiness = failsReadinessAtSigterm;
  if (atSigterm.startsWith('exits at once')) return { atSigterm: 'exits', drainMs: 0, failsReadiness };
  if (atSigterm.startsWith('ignores')) return { atSigterm: 'ignores', drainMs: 0, failsReadiness };
  if (atSigterm.startsWith('keeps serving')) return { atSigterm: 'drains', drainMs, failsReadiness };
  throw new Error(`${file}: app.atSigterm "${atSigterm}" is not known here.`);
}

function observation(
  stopped: readonly Recorded[],
  replacements: readonly Recorded[],
  scenario: RecordedScenario,
): Observation {
  const pods = [...stopped].sort(by('stoppedAtMs')).map((pod, index) => {
    const moments = numbers(pod, POD_MILESTONES);
    return { name: `pod-${index}`, node: 'node-1', moments, outcomes: outcomes(pod, moments, scenario) };
  });
  const made = [...replacements].sort(by('createdMs')).map((each, index) => ({
    name: `replacement-${index}`,
    moments: numbers(each, REPLACEMENT_MILESTONES),
  }));
  return { pods, replacements: made };
}

function outcomes(pod: Recorded, moments: Moments<PodMilestone>, scenario: RecordedScenario) {
  const exists = scenario.preStop.kind !== 'none' || hookIsSidecars(scenario);
  const outcome = hookOutcome(moments, { exists, durationMs: hookDurationMs(scenario) });
  return {
    ...(pod.exitCode !== undefined && { exitCode: String(pod.exitCode) }),
    ...(pod.terminalPhase !== undefined && { terminalPhase: String(pod.terminalPhase) }),
    ...(outcome !== undefined && { preStopOutcome: outcome }),
    servingFalseSeen: moments.servingFalseMs === undefined ? 'no' : 'yes',
  };
}

function numbers<K extends string>(from: Recorded, names: readonly K[]): Moments<K> {
  const found: Partial<Record<K, number>> = {};
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

function by(name: string) {
  return (a: Recorded, b: Recorded) => Number(a[name]) - Number(b[name]);
}
