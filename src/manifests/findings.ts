import type { Finding, Note } from '../cluster/finding.ts';
import type { Container, ManifestObject, PodSpec, Service } from '../cluster/objects.ts';
import { findPort } from '../rules/endpointslice/slice-ports.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { DroppedField } from '../rules/validation/drop-disabled-fields.ts';
import { type FieldError, formatFieldError } from '../rules/validation/field-error.ts';
import type { Source } from './decode.ts';
import { parseFieldPath } from './field-issue.ts';
import { notesOnPidOne, notesOnPreStop } from './hook-findings.ts';
import { podSpecPath } from './pod-spec-path.ts';
import { LabelIndex, matchesSelector } from './select.ts';
import { kindOf } from './stand-in.ts';

/** An object and where it came from. */
export interface Found {
  readonly object: ManifestObject;
  readonly source: Source;
}

export function findingAt(source: Source, field: string, note: Note): Finding {
  const path = parseFieldPath(field);
  const line = source.placeOf(path)?.line;
  return {
    ...note,
    path: [...source.path, ...path],
    object: source.label,
    field,
    ...(line !== undefined && { line }),
  };
}

/** Fields that the version drops without a word, and errors in fields that no run reads. */
export function findingsOfDefects(
  source: Source,
  dropped: readonly DroppedField[],
  unread: readonly FieldError[],
): readonly Finding[] {
  const ofDropped = dropped
    .filter(({ reason }) => reason === 'gateOff')
    .map(({ field, gate }) => findingAt(source, field, { code: 'fieldDropped', severity: 'warning', gate }));
  const ofUnread = unread.map((error) =>
    findingAt(source, error.field, {
      code: 'refusedByApiServer',
      severity: 'warning',
      error: formatFieldError(error),
    }),
  );
  const ofUnknown = source.unknown.map((field) =>
    findingAt(source, field, { code: 'unknownField', severity: 'warning' }),
  );
  return [...ofDropped, ...ofUnread, ...ofUnknown];
}

/** Looks at all objects together, since only a Service says which Pods are served. */
export function findingsOf(found: readonly Found[], minor: MinorVersion): readonly Finding[] {
  const pods = new LabelIndex<Found>();
  const services = new LabelIndex<Service>();
  const names = new Set<string>();
  for (const each of found) {
    const { object } = each;
    const { namespace } = object.metadata;
    if (object.kind === 'Service') {
      services.add(object, namespace, object.spec.selector);
      names.add(`${namespace}/${object.metadata.name}`);
    } else pods.add(each, namespace, podLabels(each));
  }
  return found.flatMap((each) => {
    if (each.object.kind === 'Service') return findingsOfService(each, pods, minor);
    return [...findingsOfServiceName(each, names), ...findingsOfPods(each, isServed(each, services))];
  });
}

function findingsOfService(
  { object, source }: Found,
  pods: LabelIndex<Found>,
  minor: MinorVersion,
): readonly Finding[] {
  if (object.kind !== 'Service' || object.spec.type === 'ExternalName') return [];
  const { selector } = object.spec;
  if (Object.keys(selector).length === 0) {
    return [findingAt(source, 'spec.selector', { code: 'serviceWithoutSelector', severity: 'info' })];
  }
  const { namespace } = object.metadata;
  const selected = pods
    .candidates(namespace, selector)
    .filter((each) => matchesSelector(podLabels(each), selector));
  if (selected.length > 0) return findingsOfTargetPorts(object, source, selected, minor);
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  const note: Note = { code: 'serviceSelectsNothing', severity: 'warning', namespace, labels };
  return [findingAt(source, 'spec.selector', note)];
}

/** A Pod without a port of that name is left out of the Service's endpoints for it. */
function findingsOfTargetPorts(
  service: Service,
  source: Source,
  selected: readonly Found[],
  minor: MinorVersion,
): readonly Finding[] {
  return service.spec.ports.flatMap((port, index) => {
    const { targetPort, protocol } = port;
    if (protocol !== 'TCP') {
      const note: Note = { code: 'protocolNotSimulated', severity: 'warning', protocol, port: port.port };
      return [findingAt(source, `spec.ports[${index}].protocol`, note)];
    }
    const lacking = selected.filter(({ object }) => {
      const spec = podSpecOf(object);
      return spec !== undefined && findPort(spec, port, minor) === null;
    });
    if (lacking.length === 0) return [];
    const workloads = lacking.map(({ object }) => `${kindOf(object)}/${object.metadata.name}`);
    const note: Note = { code: 'targetPortUnknown', severity: 'warning', targetPort, workloads };
    return [findingAt(source, `spec.ports[${index}].targetPort`, note)];
  });
}

function podSpecOf(object: ManifestObject): PodSpec | undefined {
  if (object.kind === 'Pod') return object.spec;
  return object.kind === 'Service' ? undefined : object.spec.template.spec;
}

function podLabels({ object }: Found): Readonly<Record<string, string>> {
  if (object.kind === 'Pod') return object.metadata.labels;
  return object.kind === 'Service' ? {} : object.spec.template.metadata.labels;
}

function isServed(pods: Found, services: LabelIndex<Service>): boolean {
  const labels = podLabels(pods);
  return services.some(pods.object.metadata.namespace, labels, ({ spec }) =>
    matchesSelector(labels, spec.selector),
  );
}

/** By its own Service each Pod of a StatefulSet has a name of its own. */
function findingsOfServiceName({ object, source }: Found, names: ReadonlySet<string>): readonly Finding[] {
  if (object.kind !== 'StatefulSet') return [];
  const { namespace, name } = object.metadata;
  const { serviceName, start } = object.spec;
  if (serviceName === '' || names.has(`${namespace}/${serviceName}`)) return [];
  const pod = `${name}-${start}.${serviceName}.${namespace}.svc`;
  const note: Note = { code: 'serviceNameUnknown', severity: 'warning', serviceName, pod };
  return [findingAt(source, 'spec.serviceName', note)];
}

function findingsOfPods({ object, source }: Found, served: boolean): readonly Finding[] {
  if (object.kind === 'Service') return [];
  const field = podSpecPath(object.kind).join('.');
  const spec = podSpecOf(object);
  if (spec === undefined) return [];
  const findings: Finding[] = [];
  if ('replicas' in object.spec && object.spec.replicas === 1) {
    findings.push(findingAt(source, 'spec.replicas', { code: 'singleReplica', severity: 'info' }));
  }
  // A Service could send to a container that declares a port, or to any where none does.
  const noneDeclares = spec.containers.every(({ ports }) => ports.length === 0);
  spec.containers.forEach((container, index) => {
    const notes = [
      ...notesOnAbsence(container, served && (noneDeclares || container.ports.length > 0)),
      ...notesOnPidOne(container, spec),
    ];
    const path = `${field}.containers[${index}]`;
    for (const each of notes.map((note) => findingAt(source, path, note))) findings.push(each);
  });
  for (const list of ['containers', 'initContainers'] as const) {
    spec[list].forEach((container, index) => {
      const path = `${field}.${list}[${index}].lifecycle.preStop`;
      const notes = notesOnPreStop(container, spec);
      for (const each of notes.map((note) => findingAt(source, path, note))) findings.push(each);
    });
  }
  return findings;
}

function notesOnAbsence(
  { name: container, lifecycle, readinessProbe }: Container,
  served: boolean,
): readonly Note[] {
  const notes: Note[] = [];
  const severity = served ? 'warning' : 'info';
  if (lifecycle.preStop === undefined) notes.push({ code: 'noPreStop', severity, container });
  if (readinessProbe === undefined) notes.push({ code: 'noReadinessProbe', severity, container });
  return notes;
}
