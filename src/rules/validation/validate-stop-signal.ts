import type { FieldError } from './field-error.ts';
import { forbidden, notSupported } from './field-error.ts';

const windowsSignals: readonly string[] = ['SIGKILL', 'SIGTERM'];

const linuxSignals: readonly string[] = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT'.split(' '),
  ...'SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(' '),
  'RTMIN',
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
  'RTMAX',
]
  .map((name) => `SIG${name}`)
  .sort((a, b) => (a < b ? -1 : 1));

/**
 * Checks `lifecycle.stopSignal`, which is read only where the gate ContainerStopSignals is on (alpha and off in 1.33 to 1.36)
 * and only in a Pod that says which operating system it is for.
 *
 * Source: pkg/apis/core/validation/validation.go validateStopSignal
 */
export function validateStopSignal(
  stopSignal: string,
  field: string,
  osName: string | undefined,
): readonly FieldError[] {
  if (osName === undefined || osName === '') {
    return [forbidden(field, 'may not be set for containers with empty `spec.os.name`')];
  }
  const supported = osName === 'windows' ? windowsSignals : osName === 'linux' ? linuxSignals : undefined;
  // Another operating system is refused at spec.os.name.
  if (supported === undefined || supported.includes(stopSignal)) return [];
  return [notSupported(field, stopSignal, supported)];
}
