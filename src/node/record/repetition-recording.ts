import type { RecordingLine } from '../../calibration/recording.ts';
import type { RecordOptions } from './options.ts';
import type { Answered } from './request-time.ts';
import type { Stamped } from './watched.ts';
import type { RecordedWorkload } from './workload.ts';

/** What one repetition was, in the recorder's own terms: times are absolute, ms. */
export interface Repeated {
  readonly mode: NonNullable<RecordOptions['mode']>;
  readonly rep: number;
  readonly workload: RecordedWorkload;
  readonly target: RecordedWorkload['pods'][number];
  /** All Pods when it began. */
  readonly pods: RecordedWorkload['pods'];
  readonly sent: Answered;
  readonly seen: readonly Stamped[];
  /** From the absolute times to 1970, ms. */
  readonly epochMs: number;
  /** For how long nothing had changed before. */
  readonly quietMs: number | null;
  /** The way to the API server and back, the connection's beginning counted. */
  readonly rttMs: number | null;
  /** By what it was seen. */
  readonly where: string;
}

/** As the file holds it: times since the request was sent. */
export function recordingOf(repeated: Repeated): {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly lines: readonly RecordingLine[];
} {
  const { mode, target, sent, seen } = repeated;
  const { sentAtMs, answeredAtMs } = sent;
  const verb = mode === 'rollout' ? 'PATCH' : 'DELETE';
  const own: RecordingLine[] = [
    { t: 0, source: 'client', what: `${verb} sent`, detail: { pod: target.pod } },
    {
      t: answeredAtMs - sentAtMs,
      source: 'client',
      what: `${verb} response`,
      detail: { pod: target.pod, status: 200 },
    },
  ];
  const others = seen.map(({ atMs, source, what, detail }) => ({
    t: atMs - sentAtMs,
    source,
    what,
    detail: sinceSent(detail, sentAtMs),
  }));
  const lines = [...own, ...others].map((line) => ({ ...line, t: rounded(line.t) }));
  lines.sort((a, b) => a.t - b.t);
  return { meta: metaOf(repeated), lines };
}

function metaOf({ mode, rep, workload, target, pods, sent, epochMs, quietMs, rttMs, where }: Repeated) {
  const { version, service, nodes, replicas, facts, deployment } = workload;
  return {
    format: 1,
    k8s: version,
    mode,
    rep,
    ...(mode === 'delete' && {
      pod: target.pod,
      podIP: target.ip,
      node: target.node,
      targets: [target.pod],
    }),
    deployment,
    service,
    replicas,
    endpoints: replicas,
    nodes: nodes.length,
    initialPods: [...pods.filter(({ pod }) => pod !== target.pod), target],
    ...facts,
    t0Us: Math.round((epochMs + sent.sentAtMs) * 1000),
    t0By: sent.by,
    clock: 'monotonic',
    where,
    ...(quietMs !== null && { quietMs }),
    ...(rttMs !== null && { rttMs }),
  };
}

/** A probe's request began before its answer: told in the recording's own time as well. */
function sinceSent(detail: RecordingLine['detail'], sentAtMs: number): RecordingLine['detail'] {
  const { sentAtMs: began, ...rest } = detail;
  return typeof began === 'number' ? { ...rest, sentT: rounded(began - sentAtMs) } : detail;
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
