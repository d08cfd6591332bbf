import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was deployed and done in one set, as the recorder wrote it down. */
export interface TraceScenario {
  readonly workload: 'Deployment' | 'Pod';
  readonly replicas: number;
  readonly preStop: PreStop | null;
  readonly terminationGracePeriodSeconds: number;
  readonly app: AppBehaviour;
  readonly readinessProbePeriodSeconds: number;
  readonly readinessProbeFailureThreshold: number;
  readonly action: string;
  readonly gapMs?: number;
  readonly minSyncPeriod: string;
  readonly endpointSliceBatchPeriod: string;
  readonly sidecar?: AppBehaviour;
  readonly client?: unknown;
}

export type PreStop = { readonly exec: string } | { readonly sleep: { readonly seconds: number } };

export interface AppBehaviour {
  readonly atSigterm: string;
  readonly drainMs?: number;
}

/** Times of one stopped Pod in ms since it was asked to stop, as the recorder wrote them; a milestone it did not see is missing. */
export type RealPod = Readonly<Record<string, unknown>> & { readonly stoppedAtMs: number };
/** Times of one new Pod in ms since the action. */
export type RealReplacement = Readonly<Record<string, unknown>> & { readonly createdMs: number };

export interface TraceIteration {
  readonly pods: readonly RealPod[];
  readonly replacements?: readonly RealReplacement[];
  readonly requests?: unknown;
}

export interface TraceSet {
  readonly set: string;
  readonly kubernetesVersion: string;
  readonly scenario: TraceScenario;
  readonly iterations: readonly TraceIteration[];
}

/** Every set of a directory, by name; null where there is no such directory. Throws where a file is no trace set. */
export function readTraces(directory: string | undefined): readonly TraceSet[] | null {
  if (directory === undefined || !existsSync(directory)) return null;
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => traceSet(file, JSON.parse(readFileSync(join(directory, file), 'utf8'))));
}

function traceSet(file: string, content: unknown): TraceSet {
  if (!isTraceSet(content)) {
    throw new Error(`${file}: is no trace set; it needs "set", "scenario" and a list of "iterations".`);
  }
  return content;
}

function isTraceSet(content: unknown): content is TraceSet {
  if (typeof content !== 'object' || content === null) return false;
  const { set, scenario, iterations } = content as Readonly<Record<string, unknown>>;
  return typeof set === 'string' && typeof scenario === 'object' && Array.isArray(iterations);
}
