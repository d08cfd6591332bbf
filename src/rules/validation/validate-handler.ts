import type { FieldError } from './field-error.ts';
import { forbidden, invalid, notSupported, required } from './field-error.ts';
import type {
  ExecActionFields,
  GRPCActionFields,
  HTTPGetActionFields,
  SleepActionFields,
  TCPSocketActionFields,
} from './manifest-fields.ts';
import { isHTTPHeaderName, validatePortNumOrName } from './name-formats.ts';
import type { SleepValidation } from './validate-sleep.ts';
import { validateSleepAction } from './validate-sleep.ts';

/** What a lifecycle hook and a probe have in common. A hook has no `grpc`, a probe no `sleep`. */
export interface CommonHandler {
  readonly exec?: ExecActionFields | undefined;
  readonly httpGet?: HTTPGetActionFields | undefined;
  readonly tcpSocket?: TCPSocketActionFields | undefined;
  readonly grpc?: GRPCActionFields | undefined;
  readonly sleep?: SleepActionFields | undefined;
}

/**
 * Checks that exactly one kind of handler is set and that it is well-formed. Of several, the first in the order
 * exec, httpGet, tcpSocket, grpc, sleep is checked and each later one is forbidden. `tcpSocket` passes
 * in a hook, too, where the kubelet cannot run it.
 *
 * Source: pkg/apis/core/validation/validation.go validateHandler
 */
export function validateHandler(
  handler: CommonHandler,
  field: string,
  options: SleepValidation,
): readonly FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const kinds: (readonly [string, () => readonly FieldError[]])[] = [];
  if (exec) kinds.push(['exec', () => validateExecAction(exec, `${field}.exec`)]);
  if (httpGet) kinds.push(['httpGet', () => validateHTTPGetAction(httpGet, `${field}.httpGet`)]);
  if (tcpSocket) {
    kinds.push(['tcpSocket', () => validatePortNumOrName(tcpSocket.port ?? 0, `${field}.tcpSocket.port`)]);
  }
  if (grpc) kinds.push(['grpc', () => validatePortNumOrName(grpc.port ?? 0, `${field}.grpc.port`)]);
  if (sleep) kinds.push(['sleep', () => validateSleepAction(sleep, `${field}.sleep`, options)]);
  if (kinds.length === 0) return [required(field, 'must specify a handler type')];
  return kinds.flatMap(([kind, validate], index) =>
    index === 0 ? validate() : [forbidden(`${field}.${kind}`, 'may not specify more than 1 handler type')],
  );
}

function validateExecAction(exec: ExecActionFields, field: string): readonly FieldError[] {
  return (exec.command ?? []).length === 0 ? [required(`${field}.command`)] : [];
}

function validateHTTPGetAction(httpGet: HTTPGetActionFields, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((httpGet.path ?? '') === '') errors.push(required(`${field}.path`));
  for (const each of validatePortNumOrName(httpGet.port ?? 0, `${field}.port`)) errors.push(each);
  const scheme = httpGet.scheme ?? '';
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']));
  }
  for (const header of httpGet.httpHeaders ?? []) {
    const name = header.name ?? '';
    // The API server names the list, not the entry.
    for (const each of isHTTPHeaderName(name).map((rule) => invalid(`${field}.httpHeaders`, name, rule)))
      errors.push(each);
  }
  return errors;
}
