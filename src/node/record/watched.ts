import type { RecordingLine } from '../../calibration/recording.ts';

/** Watch events of kubectl as a recording's lines, times still absolute. */
export type Stamped = RecordingLine & { readonly atMs: number };

type Json = Readonly<Record<string, unknown>>;

/** What a watch event says; `error` where the server ended the watch, null where it says nothing of use (a bookmark). */
export function watchedLine(
  kind: 'pods' | 'endpointslices' | 'events',
  value: unknown,
):
  | { readonly source: string; readonly what: string; readonly detail: Json }
  | { readonly error: string }
  | null {
  const { type, object } = record(value);
  if (type === 'BOOKMARK') return null;
  if (type === 'ERROR') {
    const { code, message } = record(object);
    return { error: `the server ended the watch: ${String(code ?? '')} ${String(message ?? '')}`.trim() };
  }
  if (typeof type !== 'string' || typeof object !== 'object' || object === null) return null;
  if (kind === 'pods') return { source: 'apiserver', what: `pod ${type}`, detail: podDetail(object as Json) };
  if (kind === 'endpointslices')
    return { source: 'endpointslice', what: type, detail: sliceDetail(object as Json) };
  const event = object as Json;
  return { source: 'events', what: text(event.reason) ?? type, detail: eventDetail(event) };
}

function podDetail(pod: Json): Json {
  const metadata = record(pod.metadata);
  const status = record(pod.status);
  const spec = record(pod.spec);
  const conditions = Array.isArray(status.conditions) ? status.conditions.map(record) : [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const ended = (Array.isArray(status.containerStatuses) ? status.containerStatuses.map(record) : [])
    .map(({ state }) => record(record(state).terminated))
    .find(({ exitCode }) => exitCode !== undefined);
  return {
    pod: metadata.name,
    rv: metadata.resourceVersion,
    generation: metadata.generation,
    phase: status.phase,
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...(status.podIP !== undefined && { ip: status.podIP }),
    ...(ready !== undefined && {
      ready: ready.status,
      ...(ready.reason !== undefined && { readyReason: ready.reason }),
    }),
    ...(metadata.deletionTimestamp !== undefined && {
      deletionTimestamp: metadata.deletionTimestamp,
      deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
    }),
    ...(ended !== undefined && { terminated: { exitCode: ended.exitCode, finishedAt: ended.finishedAt } }),
  };
}

function sliceDetail(slice: Json): Json {
  const { name, resourceVersion, generation } = record(slice.metadata);
  const endpoints = Array.isArray(slice.endpoints) ? slice.endpoints.map(record) : [];
  return {
    slice: name,
    rv: resourceVersion,
    generation,
    endpoints: endpoints.map(({ addresses, targetRef, conditions }) => {
      const { ready, serving, terminating } = record(conditions);
      return {
        ip: Array.isArray(addresses) ? (addresses[0] as unknown) : undefined,
        pod: record(targetRef).name,
        ready: ready !== false,
        serving: serving === undefined || serving === null ? ready !== false : serving === true,
        terminating: terminating === true,
      };
    }),
  };
}

/** An Event's name ends in the nanoseconds of its making, in hexadecimal digits. */
function eventDetail(event: Json): Json {
  const { name } = record(event.metadata);
  const { kind, name: about } = record(event.involvedObject ?? event.regarding);
  const hex = /\.([0-9a-f]{16})$/.exec(text(name) ?? '')?.[1];
  return {
    obj: `${String(kind)}/${String(about)}`,
    ...(hex !== undefined && { nameNs: String(BigInt(`0x${hex}`)) }),
    count: event.count ?? 1,
  };
}

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
