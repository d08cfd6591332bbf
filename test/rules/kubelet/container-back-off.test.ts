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

  it('ends to the microsecond, whatever fraction of a millisecond the container ended at', () => {
    const late = Array.from({ length: 20_000 }, (_, index) => (100_000_000 + 7 * index) / 1000).filter(
      (exitedMs) => decide(exitedMs, exitedMs + 80_000, 80_000).waitsUntilMs !== null,
    );
    expect(late).toEqual([]);
    expect(decide(100_000.001, 180_000, 80_000).waitsUntilMs).not.toBeNull();
  });

  it('is 10, 20, 40, 80, 160 and then 300 seconds in a crash loop, from whatever microsecond it starts', () => {
    for (let startUs = 1; startUs < 1_000_000; startUs += 7_919) {
      const waits: number[] = [];
      let nowMs = startUs / 1000;
      let { entry } = decide(nowMs, nowMs);
      for (let round = 0; round < 7; round++) {
        const exitedMs = nowMs + 0.037;
        const waiting = containerBackOff({ exitedMs, nowMs: exitedMs, entry });
        waits.push(Math.round(waiting.waitsUntilMs! - exitedMs));
        const started = containerBackOff({ exitedMs, nowMs: waiting.waitsUntilMs!, entry: waiting.entry });
        expect([startUs, started.waitsUntilMs]).toEqual([startUs, null]);
        entry = started.entry;
        nowMs = waiting.waitsUntilMs!;
      }
      expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1000));
    }
  });
});
