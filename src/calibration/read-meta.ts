import type { Duration } from '../kernel/time.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import * as z from '../schema/zod.ts';
import {
  execHook,
  type RecordedAction,
  type RecordedApp,
  type RecordedClient,
  type RecordedContainer,
  type RecordedHook,
  type RecordedRollout,
  type RecordedScenario,
  UNKNOWN_APP,
} from './recorded-scenario.ts';
import type { Recording } from './recording.ts';

/** What stands in a recording's `meta`, in the words of either recorder; keys that nobody knows pass. */
const text = z.string();
const count = z.number().min(0);
const quantity = z.union([z.number(), text]).optional();
const metaSchema = z.looseObject({
  k8s: text.optional(),
  mode: text.optional(),
  bare: z.boolean().optional(),
  workload: text.optional(),
  replicas: count.optional(),
  endpoints: count.optional(),
  nodes: z.union([count, z.array(z.unknown())]).optional(),
  /** `sleep 20`, `exec sleep 5`, `none`; or seconds in the next two, -1 and '' where there is none. */
  preStop: z.union([text, z.null()]).optional(),
  preStopSleep: z.number().optional(),
  preStopExec: text.optional(),
  grace: count.optional(),
  terminationGracePeriodSeconds: count.optional(),
  gracePeriodSeconds: z.union([count, z.null()]).optional(),
  force: z.boolean().optional(),
  probePeriod: count.optional(),
  probeFailureThreshold: count.optional(),
  probeInitialDelay: count.optional(),
  termMode: text.optional(),
  drainMs: count.optional(),
  unreadyOnTerm: z.boolean().optional(),
  /** What the manifest calls the container that serves, and those beside it. */
  app: text.optional(),
  containers: z
    .array(
      z.looseObject({
        name: text,
        sidecar: z.boolean().optional(),
        preStop: text.optional(),
        termMode: text.optional(),
        drainMs: count.optional(),
        unreadyOnTerm: z.boolean().optional(),
      }),
    )
    .optional(),
  maxSurge: quantity,
  maxUnavailable: quantity,
  minReadySeconds: count.optional(),
  sidecarTermMode: text.optional(),
  sidecarDrainMs: count.optional(),
  sidecarPreStopExec: text.optional(),
  publishNotReadyAddresses: z.boolean().optional(),
  internalTrafficPolicy: text.optional(),
  minSyncPeriod: text.optional(),
  endpointSliceBatchPeriod: text.optional(),
  gapMs: count.optional(),
  targets: z.array(z.unknown()).optional(),
  scaleBy: z.number().optional(),
  flood: count.optional(),
  keepalive: z.boolean().optional(),
  reqMs: count.optional(),
});
type Meta = z.infer<typeof metaSchema>;

export type ReadMeta =
  | { readonly ok: true; readonly scenario: RecordedScenario }
  | { readonly ok: false; readonly message: string };

/** The scenario that a recording's `meta` states. What a recorder cannot know, like what an app does at SIGTERM, may be missing. */
export function readMeta({ name, meta, lines }: Recording): ReadMeta {
  const parsed = metaSchema.safeParse(meta);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    return { ok: false, message: `${name}: meta.${path} is of a wrong type (${issue?.message}).` };
  }
  const action = actionOf(parsed.data, lines);
  if (action === null) {
    const message = `${name}: meta.mode "${parsed.data.mode}" is not known; it is delete, force, rollout or scale.`;
    return { ok: false, message };
  }
  return { ok: true, scenario: scenarioOf(parsed.data, action) };
}

function scenarioOf(meta: Meta, action: RecordedAction): RecordedScenario {
  const { nodes = 1 } = meta;
  return {
    version: versionOf(meta.k8s),
    workload:
      meta.bare === true
        ? 'Pod'
        : meta.workload === undefined || meta.workload === 'Deployment'
          ? 'Deployment'
          : 'other',
    replicas: Math.max(1, meta.replicas ?? meta.endpoints ?? 1),
    nodes: Math.max(1, typeof nodes === 'number' ? nodes : nodes.length),
    action,
    preStop: hookOf(meta),
    terminationGracePeriodSeconds: meta.grace ?? meta.terminationGracePeriodSeconds ?? 30,
    readinessProbePeriodSeconds: meta.probePeriod || 10,
    readinessInitialDelaySeconds: meta.probeInitialDelay ?? 0,
    readinessProbeFailureThreshold: Math.max(1, meta.probeFailureThreshold ?? 1),
    app: appOf(meta.termMode, meta.drainMs, meta.unreadyOnTerm),
    appName: meta.app ?? 'app',
    ...besideOf(meta),
    rollout: rolloutOf(meta),
    publishNotReadyAddresses: meta.publishNotReadyAddresses ?? false,
    internalTrafficPolicy: meta.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    minSyncPeriod: durationOf(meta.minSyncPeriod),
    endpointSliceBatchPeriod: durationOf(meta.endpointSliceBatchPeriod),
    client: clientOf(meta),
  };
}

function versionOf(k8s: string | undefined): string | null {
  const minor = k8s === undefined ? null : /^v?1\.(\d+)/.exec(k8s)?.[1];
  if (minor === undefined || minor === null) return null;
  return parseMinorVersion(`1.${minor}`) === null ? null : `1.${minor}`;
}

/** `1s?`: taken for granted, not read. */
/** As it is written: whether it is a duration, the scenario's schema says. */
function durationOf(value: string | undefined): Duration | null {
  return value === undefined || value === '' ? null : (value.replace(/\?$/, '') as Duration);
}

/** Gaps that are read off the lines are told apart to this, ms: a set's repetitions are of one scenario. */
const GAP_STEP_MS = 50;

function actionOf(meta: Meta, lines: Recording['lines']): RecordedAction | null {
  const { mode = 'delete', force = false, gracePeriodSeconds = null } = meta;
  const sent = lines.filter(({ source, what }) => source === 'client' && what === 'DELETE sent');
  const count = Math.max(1, meta.targets?.length ?? sent.length);
  const spanMs = sent.length < 2 ? 0 : sent[sent.length - 1]!.t - sent[0]!.t;
  const meanMs = spanMs / Math.max(1, sent.length - 1);
  const deletion = {
    type: 'deletePod',
    count,
    gapMs: meta.gapMs ?? Math.round(meanMs / GAP_STEP_MS) * GAP_STEP_MS,
    gracePeriodSeconds,
  } as const;
  if (mode === 'force' || (mode === 'delete' && force)) return { ...deletion, gracePeriodSeconds: 0 };
  if (mode === 'delete') return deletion;
  if (/^roll/.test(mode)) return { type: 'rollingUpdate' };
  if (/^scale/.test(mode)) return { type: 'scale', by: meta.scaleBy ?? -1 };
  return null;
}

function hookOf({ preStop, preStopSleep = -1, preStopExec = '' }: Meta): RecordedHook {
  if (preStopSleep >= 0) return { kind: 'sleep', durationMs: preStopSleep * 1000 };
  if (preStopExec !== '') return execHook(preStopExec);
  return namedHook(preStop);
}

/** `sleep 20`, `exec sleep 5`, `none`. */
function namedHook(preStop: string | null | undefined): RecordedHook {
  if (preStop === undefined || preStop === null || preStop === 'none' || preStop === '')
    return { kind: 'none' };
  const seconds = /^sleep (\d+(?:\.\d+)?)s?$/.exec(preStop)?.[1];
  if (seconds !== undefined) return { kind: 'sleep', durationMs: Number(seconds) * 1000 };
  return execHook(preStop.replace(/^exec\s+/, ''));
}

function appOf(termMode: string | undefined, drainMs = 0, failsReadiness = false): RecordedApp {
  switch (termMode) {
    case 'exit':
      return { atSigterm: 'exits', drainMs: 0, failsReadiness };
    case 'drain':
      return { atSigterm: 'drains', drainMs, failsReadiness };
    case 'ignore':
      return { atSigterm: 'ignores', drainMs: 0, failsReadiness };
    default:
      return UNKNOWN_APP;
  }
}

/** The first sidecar, and whatever else runs in the Pod. */
function besideOf({
  sidecarTermMode = '',
  sidecarDrainMs,
  sidecarPreStopExec = '',
  containers = [],
}: Meta): Pick<RecordedScenario, 'sidecar' | 'others'> {
  const listed = containers.map(
    ({ name, sidecar = false, preStop, termMode, drainMs, unreadyOnTerm }): RecordedContainer => ({
      ...appOf(termMode, drainMs, unreadyOnTerm),
      name,
      isSidecar: sidecar,
      preStop: namedHook(preStop),
    }),
  );
  if (sidecarTermMode !== '') {
    const preStop = sidecarPreStopExec === '' ? ({ kind: 'none' } as const) : execHook(sidecarPreStopExec);
    const app = appOf(sidecarTermMode, sidecarDrainMs);
    return { sidecar: { ...app, name: 'sidecar', isSidecar: true, preStop }, others: listed };
  }
  const sidecar = listed.find(({ isSidecar }) => isSidecar) ?? null;
  return { sidecar, others: listed.filter((each) => each !== sidecar) };
}

function rolloutOf({ maxSurge, maxUnavailable, minReadySeconds }: Meta): RecordedRollout {
  return {
    ...(maxSurge !== undefined && { maxSurge }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
    ...(minReadySeconds !== undefined && { minReadySeconds }),
  };
}

function clientOf({ flood = 0, keepalive = false, reqMs = 0 }: Meta): RecordedClient | null {
  return flood > 0 ? { concurrency: flood, keepAlive: keepalive, requestMs: reqMs } : null;
}
