import type { Duration } from '../kernel/time.ts';
import { parseMinorVersion } from '../rules/machinery/version.ts';
import * as z from '../schema/zod.ts';
import {
  execHook,
  type RecordedAction,
  type RecordedApp,
  type RecordedClient,
  type RecordedHook,
  type RecordedScenario,
  UNKNOWN_APP,
} from './recorded-scenario.ts';
import type { Recording } from './recording.ts';

/** What stands in a recording's `meta`, in the words of either recorder; keys that nobody knows pass. */
const text = z.string();
const count = z.number().min(0);
const metaSchema = z.looseObject({
  k8s: text.optional(),
  mode: text.optional(),
  bare: z.boolean().optional(),
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
  termMode: text.optional(),
  drainMs: count.optional(),
  unreadyOnTerm: z.boolean().optional(),
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
export function readMeta({ name, meta }: Pick<Recording, 'name' | 'meta'>): ReadMeta {
  const parsed = metaSchema.safeParse(meta);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    return { ok: false, message: `${name}: meta.${path} is of a wrong type (${issue?.message}).` };
  }
  const action = actionOf(parsed.data);
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
    workload: meta.bare === true ? 'Pod' : 'Deployment',
    replicas: Math.max(1, meta.replicas ?? meta.endpoints ?? 1),
    nodes: Math.max(1, typeof nodes === 'number' ? nodes : nodes.length),
    action,
    preStop: hookOf(meta),
    terminationGracePeriodSeconds: meta.grace ?? meta.terminationGracePeriodSeconds ?? 30,
    readinessProbePeriodSeconds: meta.probePeriod || 10,
    readinessProbeFailureThreshold: Math.max(1, meta.probeFailureThreshold ?? 1),
    app: appOf(meta.termMode, meta.drainMs, meta.unreadyOnTerm),
    sidecar: sidecarOf(meta),
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

function actionOf(meta: Meta): RecordedAction | null {
  const { mode = 'delete', force = false, gracePeriodSeconds = null, gapMs = 0 } = meta;
  const deletion = {
    type: 'deletePod',
    count: Math.max(1, meta.targets?.length ?? 1),
    gapMs,
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

function sidecarOf({
  sidecarTermMode = '',
  sidecarDrainMs,
  sidecarPreStopExec = '',
}: Meta): RecordedScenario['sidecar'] {
  if (sidecarTermMode === '') return null;
  const preStop = sidecarPreStopExec === '' ? ({ kind: 'none' } as const) : execHook(sidecarPreStopExec);
  return { ...appOf(sidecarTermMode, sidecarDrainMs), preStop };
}

function clientOf({ flood = 0, keepalive = false, reqMs = 0 }: Meta): RecordedClient | null {
  return flood > 0 ? { concurrency: flood, keepAlive: keepalive, requestMs: reqMs } : null;
}
