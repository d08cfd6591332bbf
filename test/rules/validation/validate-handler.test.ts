import { describe, expect, it } from 'vitest';
import type { FieldError } from '../../../src/rules/validation/field-error.ts';
import { formatFieldError } from '../../../src/rules/validation/field-error.ts';
import type { CommonHandler } from '../../../src/rules/validation/validate-handler.ts';
import { validateHandler } from '../../../src/rules/validation/validate-handler.ts';
import { validateLifecycle } from '../../../src/rules/validation/validate-lifecycle.ts';
import {
  validateLivenessProbe,
  validateProbe,
  validateReadinessProbe,
  validateStartupProbe,
} from '../../../src/rules/validation/validate-probe.ts';
import { validateStopSignal } from '../../../src/rules/validation/validate-stop-signal.ts';

const options = { minor: 30, terminationGracePeriodSeconds: 30 };
const brief = (errors: readonly FieldError[]) => errors.map(({ type, field }) => `${type} ${field}`);

describe('a handler', () => {
  const exec = { command: ['true'] };
  it.each<[text: string, handler: CommonHandler, errors: string[]]>([
    ['with one kind is accepted', { exec }, []],
    ['with a tcpSocket is accepted, although no hook can run it', { tcpSocket: { port: 'http' } }, []],
    ['with nothing in it is refused', {}, ['Required h']],
    ['with two kinds is refused at the later one', { sleep: { seconds: 99 }, exec }, ['Forbidden h.sleep']],
    [
      'with three kinds is refused at both later ones',
      { sleep: { seconds: 1 }, exec, tcpSocket: { port: 1 } },
      ['Forbidden h.tcpSocket', 'Forbidden h.sleep'],
    ],
    ['that runs no command is refused', { exec: { command: [] } }, ['Required h.exec.command']],
    [
      'that requests nothing in particular is refused three times',
      { httpGet: {} },
      ['Required h.httpGet.path', 'Invalid h.httpGet.port', 'NotSupported h.httpGet.scheme'],
    ],
    [
      'that requests with an odd header is refused at the list of headers',
      { httpGet: { path: '/', port: 80, scheme: 'HTTP', httpHeaders: [{ name: 'X_A' }] } },
      ['Invalid h.httpGet.httpHeaders'],
    ],
    [
      'that requests a port with a long and odd name is refused twice',
      { httpGet: { path: '/', port: 'a-name--too-long', scheme: 'HTTPS' } },
      ['Invalid h.httpGet.port', 'Invalid h.httpGet.port'],
    ],
    ['that calls gRPC on no port is refused', { grpc: {} }, ['Invalid h.grpc.port']],
  ])('%s', (_, handler, errors) => {
    expect(brief(validateHandler(handler, 'h', options))).toEqual(errors);
  });
});

describe('a lifecycle', () => {
  it('is checked in both hooks and in the stop signal', () => {
    const lifecycle = { postStart: {}, preStop: { sleep: { seconds: 31 } }, stopSignal: 'SIGTERM' };
    expect(brief(validateLifecycle(lifecycle, 'l', options))).toEqual([
      'Required l.postStart',
      'Invalid l.preStop.sleep',
      'Forbidden l.stopSignal',
    ]);
  });
});

describe('a stop signal', () => {
  it.each<[text: string, signal: string, os: string | undefined, error: string | undefined]>([
    ['is accepted on Linux', 'SIGUSR1', 'linux', undefined],
    ['may be a real-time signal on Linux', 'SIGRTMIN+15', 'linux', undefined],
    ['is refused where Linux has no such signal', 'SIGRTMAX-15', 'linux', 'NotSupported s'],
    ['is refused in a Pod that names no operating system', 'SIGTERM', undefined, 'Forbidden s'],
    ['is one of two on Windows', 'SIGKILL', 'windows', undefined],
    ['is refused on Windows otherwise', 'SIGHUP', 'windows', 'NotSupported s'],
  ])('%s', (_, signal, os, error) => {
    expect(brief(validateStopSignal(signal, 's', os))).toEqual(error === undefined ? [] : [error]);
  });

  it('is refused with the list of what would do', () => {
    const [error] = validateStopSignal('SIGHUP', 'spec.stopSignal', 'windows');
    expect(error && formatFieldError(error)).toBe(
      'spec.stopSignal: Unsupported value: "SIGHUP": supported values: "SIGKILL", "SIGTERM"',
    );
  });
});

describe('a probe', () => {
  const tcpSocket = { port: 80 };
  it('that is absent is accepted', () => {
    expect(validateProbe(undefined, 'p', options)).toEqual([]);
  });
  it('is refused at every negative number', () => {
    const probe = { tcpSocket, initialDelaySeconds: -1, periodSeconds: -1, terminationGracePeriodSeconds: 0 };
    expect(brief(validateProbe(probe, 'p', options))).toEqual([
      'Invalid p.initialDelaySeconds',
      'Invalid p.periodSeconds',
      'Invalid p.terminationGracePeriodSeconds',
    ]);
  });
  it('for readiness may need several successes but has no grace period of its own', () => {
    const probe = { tcpSocket, successThreshold: 3, terminationGracePeriodSeconds: 10 };
    expect(brief(validateReadinessProbe(probe, 'p', options))).toEqual([
      'Invalid p.terminationGracePeriodSeconds',
    ]);
  });
  it.each([validateLivenessProbe, validateStartupProbe])('for %o must need one success', (validate) => {
    expect(brief(validate({ tcpSocket, successThreshold: 2 }, 'p', options))).toEqual([
      'Invalid p.successThreshold',
    ]);
    expect(validate({ tcpSocket, successThreshold: 1 }, 'p', options)).toEqual([]);
  });
});
