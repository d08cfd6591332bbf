import { describe, expect, it } from 'vitest';
import { type ContainerToKill, killContainers } from '../../../src/rules/kubelet/kill-containers.ts';

const deaf = (more: Partial<ContainerToKill> = {}): ContainerToKill => ({
  name: 'web',
  sidecar: false,
  preStop: 'none',
  preStopMs: 0,
  exitAfterStopSignalMs: null,
  ...more,
});

describe('one container that ignores the signal', () => {
  it.each([
    ['no hook', 30, null, 36, 0, 30_000],
    ['no hook, grace 1: still 2 s to react', 1, null, 36, 0, 2000],
    ['hook of 5 s', 30, 5000, 36, 5000, 30_000],
    ['hook of 5.9 s gives the fraction back', 30, 5900, 36, 5900, 30_900],
    ['hook one second short of the grace', 30, 29_000, 36, 29_000, 31_000],
    ['hook as long as the grace', 30, 30_000, 36, 30_000, 32_000],
    ['hook cut off at the grace', 30, 45_000, 36, 30_000, 32_000],
    ['1.28 deducts the hook', 30, 5000, 28, 5000, 30_000],
    ['1.27 does not', 30, 5000, 27, 5000, 35_000],
    ['1.27, hook cut off: twice the grace', 30, 45_000, 27, 30_000, 60_000],
    ['1.27 knows no minimum', 1, null, 27, 0, 1000],
  ] as const)('%s', (_, graceSeconds, hookMs, minor, stopSignalMs, exitMs) => {
    const hook = hookMs === null ? {} : ({ preStop: 'exec', preStopMs: hookMs } as const);
    const { containers, allStoppedMs } = killContainers({ containers: [deaf(hook)], graceSeconds, minor });
    expect(containers.web).toMatchObject({ stopSignalMs, exitMs, sigkilled: true });
    expect(allStoppedMs).toBe(exitMs);
  });
});

describe('what became of the hook', () => {
  const killed = (more: Partial<ContainerToKill>, graceSeconds = 10) =>
    killContainers({ containers: [deaf(more)], graceSeconds, minor: 36 }).containers.web;

  it('completes', () => {
    expect(killed({ preStop: 'sleep', preStopMs: 3000 })).toMatchObject({
      preStopStartMs: 0,
      preStopEndMs: 3000,
      preStopOutcome: 'completed',
      preStopProcessEndMs: null,
      stopTimeoutSeconds: 7,
    });
  });

  it('fails, and the signal follows at once with the used time deducted', () => {
    const hook = { preStop: 'exec', preStopMs: 2500, preStopFails: true } as const;
    expect(killed(hook)).toMatchObject({
      preStopOutcome: 'failed',
      stopSignalMs: 2500,
      stopTimeoutSeconds: 8,
    });
  });

  it('cannot run tcpSocket at all', () => {
    const hook = { preStop: 'tcpSocket', preStopMs: 5000 } as const;
    expect(killed(hook)).toMatchObject({ preStopOutcome: 'failed', preStopEndMs: 0, stopSignalMs: 0 });
  });

  it('is cut off, but an exec’d process lives on until its container dies', () => {
    const hook = { preStop: 'exec', preStopMs: null } as const;
    expect(killed(hook)).toMatchObject({
      preStopOutcome: 'cutOff',
      preStopEndMs: 10_000,
      preStopProcessEndMs: 12_000,
    });
  });

  it('does not run with grace 0', () => {
    const hook = { preStop: 'exec', preStopMs: 5000 } as const;
    expect(killed(hook, 0)).toMatchObject({ preStopStartMs: null, preStopOutcome: 'none', stopSignalMs: 0 });
  });

  it('stops the server itself: exec ends with the container and no signal is sent', () => {
    const hook = { preStop: 'exec', preStopMs: 8000, exitByItselfMs: 1500 } as const;
    expect(killed(hook)).toMatchObject({
      preStopOutcome: 'failed',
      preStopEndMs: 1500,
      stopSignalMs: null,
      exitMs: 1500,
      sigkilled: false,
    });
  });

  it('is skipped up to 1.27 when the object was deleted by force, and the Pod’s grace follows the signal', () => {
    const hook = deaf({ preStop: 'exec', preStopMs: 5000 });
    const schedule = killContainers({
      containers: [hook],
      graceSeconds: 30,
      containerGraceSeconds: 0,
      minor: 27,
    });
    expect(schedule.containers.web).toMatchObject({
      preStopOutcome: 'none',
      stopSignalMs: 0,
      exitMs: 30_000,
    });
  });
});

describe('sidecars', () => {
  const main = (more: Partial<ContainerToKill>) => deaf({ name: 'main', ...more });
  const proxy = (more: Partial<ContainerToKill>) => deaf({ name: 'proxy', sidecar: true, ...more });
  const logs = (more: Partial<ContainerToKill>) => deaf({ name: 'logs', sidecar: true, ...more });
  const signals = (containers: readonly ContainerToKill[], graceSeconds: number, minor: number) =>
    Object.fromEntries(
      Object.entries(killContainers({ containers, graceSeconds, minor }).containers).map(([name, killed]) => [
        name,
        [killed.stopSignalMs, killed.stopTimeoutSeconds, killed.exitMs],
      ]),
    );
  const polite = { exitAfterStopSignalMs: 2500 };

  it('stop in reverse order after the main container, whole waited seconds deducted', () => {
    expect(signals([main(polite), proxy(polite), logs(polite)], 30, 29)).toEqual({
      main: [0, 30, 2500],
      logs: [2500, 28, 5000],
      proxy: [5000, 25, 7500],
    });
  });

  it('stop together with it in 1.28', () => {
    expect(signals([main(polite), proxy(polite)], 30, 28)).toEqual({
      main: [0, 30, 2500],
      proxy: [0, 30, 2500],
    });
  });

  it('lose their order when the main container eats the grace', () => {
    expect(signals([main({}), proxy({}), logs({})], 5, 36)).toEqual({
      main: [0, 5, 5000],
      logs: [5000, 2, 7000],
      proxy: [5000, 2, 7000],
    });
  });

  it('wait with what their own hook left', () => {
    const hook = { preStop: 'sleep', preStopMs: 4000 } as const;
    expect(signals([main({}), proxy({ ...polite, ...hook })], 5, 36).proxy).toEqual([5000, 2, 7000]);
  });

  it('do not wait for a plain init container that still runs', () => {
    const init = deaf({ name: 'migrate', init: true });
    expect(signals([init, proxy(polite)], 30, 36).proxy).toEqual([0, 30, 2500]);
  });

  it('wait for nobody when they alone are killed', () => {
    const schedule = killContainers({
      containers: [main(polite), proxy(polite)],
      graceSeconds: 30,
      wholePod: false,
      minor: 36,
    });
    expect(schedule.containers.proxy?.stopSignalMs).toBe(0);
  });
});
