import { describe, expect, it } from 'vitest';
import { containerBackOff } from '../../../src/rules/kubelet/container-back-off.ts';

const decide = (exitedMs: number | null, nowMs: number, backOffMs?: number, updatedMs = 0) =>
  containerBackOff({
    exitedMs,
    nowMs,
    entry: backOffMs === undefined ? null : { backOffMs, updatedMs },
  });

describe('containerBackOff', () => {
  it('lets a container start at once of which no run has been seen to end', () => {
    expect(decide(null, 30_000)).toEqual({ waitsUntilMs: null, entry: null });
  });

  it('begins to count with the first end that it knows of', () => {
    expect(decide(30_000, 60_000)).toEqual({
      waitsUntilMs: null,
      entry: { backOffMs: 10_000, updatedMs: 60_000 },
    });
  });

  it.each([
    ['one that ended less than its back-off ago waits for the rest', 60_000, 65_000, 10_000, 70_000, 10_000],
    ['the end of the back-off itself is late enough', 60_000, 70_000, 10_000, null, 20_000],
    ['it doubles with each start', 60_000, 200_000, 80_000, null, 160_000],
    ['up to five minutes', 60_000, 400_000, 300_000, null, 300_000],
    ['160 s do not become 320', 60_000, 400_000, 160_000, null, 300_000],
  ] as const)('%s', (_, exitedMs, nowMs, backOffMs, waitsUntilMs, nextMs) => {
    const decision = decide(exitedMs, nowMs, backOffMs);
    expect(decision.waitsUntilMs).toBe(waitsUntilMs);
    expect(decision.entry!.backOffMs).toBe(nextMs);
  });

  it('is forgotten after ten minutes without a start', () => {
    expect(decide(600_000, 600_001, 160_000).waitsUntilMs).not.toBeNull();
    expect(decide(600_001, 600_002, 160_000)).toEqual({
      waitsUntilMs: null,
      entry: { backOffMs: 10_000, updatedMs: 600_002 },
    });
  });
});
