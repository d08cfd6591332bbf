import type { Container, ManifestObject, PodSpec, Service } from '../cluster/objects.ts';
import { findPort } from '../rules/endpointslice/slice-ports.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import type { DroppedField } from '../rules/validation/drop-disabled-fields.ts';
import type { FieldError } from '../rules/validation/field-error.ts';
import { formatFieldError } from '../rules/validation/field-error.ts';
import type { Source } from './decode.ts';
import { parseFieldPath } from './field-issue.ts';
import type { Finding, Note } from './finding.ts';
import { notesOnPidOne, notesOnPreStop } from './hook-findings.ts';

export type { Finding } from './finding.ts';

import { matchesSelector } from './select.ts';

/** An object and where it came from. */
export interface Found {
  readonly object: ManifestObject;
  readonly source: Source;
}

function findingAt(source: Source, field: string, note: Note): Finding {
  const path = parseFieldPath(field);
  const line = source.placeOf(path)?.line;
  return {
    ...note,
    path: [...source.path, ...path],
    message: `${source.label} ${field}: ${note.message}`,
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
    .map(({ field, gate }) =>
      findingAt(source, field, {
        code: 'fieldDropped',
        severity: 'warning',
        message: `the API server drops this field without a word, because its feature gate ${gate} is off in this version`,
        fix: field.endsWith('.sleep') ? 'Use exec: {command: ["sleep", "…"]} instead.' : 'Remove the field.',
      }),
    );
  const ofUnread = unread.map((error) =>
    findingAt(source, error.field, {
      code: 'refusedByApiServer',
      severity: 'warning',
      message: `a real cluster refuses this (${formatFieldError(error)}); the simulation does not depend on it`,
      fix: 'Set it before you apply the manifest.',
    }),
  );
  const ofUnknown = source.unknown.map((field) =>
    findingAt(source, field, {
      code: 'unknownField',
      severity: 'warning',
      message:
        'Kubernetes knows no such field at this place: kubectl refuses it, and it changes nothing here',
      fix: 'Correct its name or its place, or remove it.',
    }),
  );
  return [...ofDropped, ...ofUnread, ...ofUnknown];
}

/** Looks at all objects together, since only a Service says which Pods are served. */
export function findingsOf(found: readonly Found[], minor: MinorVersion): readonly Finding[] {
  return found.flatMap((each) => {
    if (each.object.kind === 'Service') return findingsOfService(each, found, minor);
    return findingsOfPods(each, isServed(each, found));
  });
}

function findingsOfService(
  { object, source }: Found,
  found: readonly Found[],
  minor: MinorVersion,
): readonly Finding[] {
  if (object.kind !== 'Service' || object.spec.type === 'ExternalName') return [];
  const { selector } = object.spec;
  if (Object.keys(selector).length === 0) {
    return [
      findingAt(source, 'spec.selector', {
        code: 'serviceWithoutSelector',
        severity: 'info',
        message: 'without a selector the Service gets no endpoints from the EndpointSlice controller',
        fix: 'Set spec.selector to labels of the Pods, unless something else writes its EndpointSlices.',
      }),
    ];
  }
  const selects = (each: Found) =>
    each.object.metadata.namespace === object.metadata.namespace &&
    matchesSelector(podLabels(each), selector);
  const selected = found.filter((each) => each.object.kind !== 'Service' && selects(each));
  if (selected.length > 0) return findingsOfTargetPorts(object, source, selected, minor);
  const wanted = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return [
    findingAt(source, 'spec.selector', {
      code: 'serviceSelectsNothing',
      severity: 'warning',
      message: `no Pod of these manifests in namespace ${object.metadata.namespace} has the labels ${wanted.join(', ')}`,
      fix: 'Make the selector and the labels of the Pod template agree.',
    }),
  ];
}

/** A Pod without a port of that name is left out of the Service's endpoints for it. */
function findingsOfTargetPorts(
  service: Service,
  source: Source,
  selected: readonly Found[],
  minor: MinorVersion,
): readonly Finding[] {
  return service.spec.ports.flatMap((port, index) => {
    const { targetPort } = port;
    if (port.protocol !== 'TCP') {
      return [
        findingAt(source, `spec.ports[${index}].protocol`, {
          code: 'protocolNotSimulated',
          severity: 'warning',
          message: `${port.protocol} is not simulated: port ${port.port} is judged as if it took TCP connections`,
          fix: 'Take no verdict about it from here.',
        }),
      ];
    }
    const lacking = selected.filter(({ object }) => {
      const spec = podSpecOf(object);
      return spec !== undefined && findPort(spec, port, minor) === null;
    });
    if (lacking.length === 0) return [];
    const names = lacking.map(({ object }) => `${object.kind}/${object.metadata.name}`).join(', ');
    return [
      findingAt(source, `spec.ports[${index}].targetPort`, {
        code: 'targetPortUnknown',
        severity: 'warning',
        message: `no container of ${names} has a port named ${targetPort}, so nothing is routed there`,
        fix: `Name a container port ${targetPort}, or set targetPort to its number.`,
      }),
    ];
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

function isServed(pods: Found, found: readonly Found[]): boolean {
  return found.some(
    ({ object }) =>
      object.kind === 'Service' &&
      object.metadata.namespace === pods.object.metadata.namespace &&
      matchesSelector(podLabels(pods), object.spec.selector),
  );
}

function findingsOfPods({ object, source }: Found, served: boolean): readonly Finding[] {
  if (object.kind === 'Service') return [];
  const field = object.kind === 'Pod' ? 'spec' : 'spec.template.spec';
  const spec = podSpecOf(object);
  if (spec === undefined) return [];
  const findings: Finding[] = [];
  if ('replicas' in object.spec && object.spec.replicas === 1) {
    findings.push(
      findingAt(source, 'spec.replicas', {
        code: 'singleReplica',
        severity: 'info',
        message: 'while the only Pod is replaced outside a rolling update (drain, eviction), nothing serves',
        fix: 'Set replicas to 2 or more.',
      }),
    );
  }
  spec.containers.forEach((container, index) => {
    const notes = [
      ...notesOnAbsence(container, served && mayServe(container, spec)),
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

/** Whether a Service could send to it: it declares a port, or no container does. */
function mayServe(container: Container, { containers }: PodSpec): boolean {
  return container.ports.length > 0 || containers.every(({ ports }) => ports.length === 0);
}

function notesOnAbsence(container: Container, served: boolean): readonly Note[] {
  const notes: Note[] = [];
  const severity = served ? 'warning' : 'info';
  if (container.lifecycle.preStop === undefined) {
    notes.push({
      code: 'noPreStop',
      severity,
      message: `container ${container.name} has no preStop: the stop signal comes while routers still send connections`,
      fix: 'Add lifecycle.preStop with a sleep, unless the application itself keeps serving after the stop signal.',
    });
  }
  if (container.readinessProbe === undefined) {
    notes.push({
      code: 'noReadinessProbe',
      severity,
      message: `container ${container.name} has no readinessProbe: it counts as ready as soon as it runs`,
      fix: 'Add a readinessProbe that succeeds when the application accepts connections.',
    });
  }
  return notes;
}
