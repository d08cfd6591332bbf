import type { Issue } from '../cluster/issue.ts';
import type { FieldError } from '../rules/validation/field-error.ts';
import { formatFieldError } from '../rules/validation/field-error.ts';
import type { Source } from './decode.ts';

const codes: Readonly<Record<FieldError['type'], string>> = {
  Required: 'required',
  Invalid: 'invalid',
  Forbidden: 'forbidden',
  NotSupported: 'notSupported',
  Duplicate: 'duplicate',
  TooLong: 'tooLong',
};

/** Left for the application after a hook, where the manifest does not say how long it needs. */
export const SECONDS_AFTER_HOOK = 3;

/** Turns an API server's error into an issue with its place and what to do about it. */
export function issueOfFieldError(error: FieldError, source: Source): Issue {
  const path = parseFieldPath(error.field);
  return {
    code: codes[error.type],
    path: [...source.path, ...path],
    message: `${source.label} ${formatFieldError(error)}`,
    rule: error.detail === '' ? ruleOf(error) : error.detail,
    ...('value' in error && { value: error.value }),
    fix: fixOf(error),
    ...source.placeOf(path),
  };
}

/** `spec.containers[0].name` → `['spec', 'containers', 0, 'name']` */
export function parseFieldPath(field: string): readonly (string | number)[] {
  return [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((match) =>
    match[1] === undefined ? match[0] : Number(match[1]),
  );
}

function ruleOf(error: FieldError): string {
  return error.type === 'Duplicate' ? 'must be unique' : 'must be set';
}

/** Fixes by the end of the field's path; the first that fits is taken. */
const fixes: readonly (readonly [RegExp, (error: FieldError) => string])[] = [
  [/\.sleep$/, fixOfSleep],
  [/\.(preStop|postStart)$/, () => 'Give the hook exactly one of exec, httpGet or sleep, or remove it.'],
  [
    /\.(livenessProbe|readinessProbe|startupProbe)$/,
    (error) =>
      error.type === 'Forbidden'
        ? 'Remove the probe, or make the init container a native sidecar with restartPolicy: Always.'
        : 'Give the probe exactly one of exec, httpGet, tcpSocket or grpc.',
  ],
  [
    /initContainers\[\d+\]\.lifecycle$/,
    () => 'Remove the hooks, or make the init container a native sidecar with restartPolicy: Always.',
  ],
  [/\.exec\.command$/, () => 'Write the command as a list, e.g. ["sleep", "15"].'],
  [/\.(containerPort|hostPort|nodePort|targetPort|port)$/, fixOfPort],
  [/\.maxUnavailable$/, fixOfMaxUnavailable],
  [/\.metadata\.labels$/, fixOfLabels],
  [/\.selector$/, () => 'Set selector.matchLabels to labels that the template carries.'],
  [/\.progressDeadlineSeconds$/, () => 'Set progressDeadlineSeconds above minReadySeconds.'],
  [/\.rollingUpdate$/, () => 'Remove rollingUpdate, or set the type to RollingUpdate.'],
  [/\.stopSignal$/, () => 'Set spec.os.name to linux, or remove stopSignal.'],
];

function fixOf(error: FieldError): string {
  const special = fixes.find(([pattern]) => pattern.test(error.field));
  if (special !== undefined && error.type !== 'NotSupported') return special[1](error);
  const name = lastName(error.field);
  switch (error.type) {
    case 'Required':
      return `Set ${name}.`;
    case 'Forbidden':
      return `Remove ${name}.`;
    case 'NotSupported':
      return `Set ${name} to one of ${(error.supported ?? []).join(', ')}.`;
    case 'Duplicate':
      return `Choose another value for ${name}.`;
    default:
      return `Change ${name}: ${error.detail}.`;
  }
}

function fixOfSleep(error: FieldError): string {
  if (error.type === 'Forbidden') return 'Keep one kind of handler in the hook and remove the others.';
  const seconds = Number(error.value);
  const graceSeconds = Number(/\((-?\d+)\)/.exec(error.detail)?.[1] ?? 0);
  if (seconds <= graceSeconds || seconds <= 0) return 'Set sleep.seconds to 1 or more, or remove the hook.';
  const wanted = seconds + SECONDS_AFTER_HOOK;
  const shorter = graceSeconds > 1 ? `, or sleep for less than ${graceSeconds} s` : '';
  return `Raise terminationGracePeriodSeconds to ${wanted} or more${shorter}.`;
}

function fixOfPort(error: FieldError): string {
  if (error.type === 'Duplicate')
    return 'Use each host port once per Pod and each node port once per Service.';
  if (error.type === 'Forbidden') return 'Remove nodePort, or set type to NodePort or LoadBalancer.';
  if (error.detail.includes('hostNetwork'))
    return 'Set hostPort to the value of containerPort, or remove it.';
  return 'Use a number from 1 to 65535, or the name of a container port.';
}

function fixOfMaxUnavailable(error: FieldError): string {
  return error.detail.includes('maxSurge')
    ? 'Set maxSurge or maxUnavailable to 1 or more: with both at 0 no Pod could ever be replaced.'
    : 'Use a number from 0, or a percentage from 0% to 100%.';
}

function fixOfLabels(error: FieldError): string {
  return error.detail.includes('selector')
    ? 'Give the template the labels that spec.selector asks for.'
    : 'Use keys and values of letters, digits, "-", "_" and ".".';
}

function lastName(field: string): string {
  return /([^.]+)$/.exec(field)?.[1] ?? field;
}
