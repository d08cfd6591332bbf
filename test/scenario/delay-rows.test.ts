import { describe, expect, it } from 'vitest';
import { fuzz } from '../../src/analysis/fuzz.ts';
import { shrink } from '../../src/analysis/shrink.ts';
import { podTimeline, simulate } from '../../src/run/simulate.ts';
import { clusters } from '../../src/scenario/presets/index.ts';
import { defineScenario, parseScenario } from '../../src/scenario/scenario.ts';
import type { DelaysInput } from '../../src/scenario/schema.ts';
import { SOMETIMES_UNSAFE } from '../node/sometimes-unsafe.ts';

/** Delays that were seen together: a run draws a whole row. */

const rows = [
  { 'apiServer.write': 2, 'endpointSliceController.sync': '1ms' },
  { 'apiServer.write': 50, 'endpointSliceController.sync': '400ms' },
] as const;
const scenario = (delays: DelaysInput, preStop = 5) =>
  defineScenario({
    manifests: SOMETIMES_UNSAFE.replace('seconds: 1', `seconds: ${preStop}`),
    cluster: clusters.quiet136(),
    delays,
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
  });
const seeds = Array.from({ length: 40 }, (_, seed) => seed);

function moments(delays: DelaysInput, seed: number) {
  const { deleteRequestedMs, terminatingMs, sliceTerminatingMs } = podTimeline(
    simulate(scenario(delays), { seed }),
    'web-1-0',
  );
  return { writeMs: terminatingMs! - deleteRequestedMs!, sliceMs: sliceTerminatingMs! - terminatingMs! };
}

describe('delays.rows', () => {
  it('come together, and every row comes', () => {
    const seen = seeds.map((seed) => moments({ rows }, seed));
    const slow = seen.filter(({ writeMs }) => writeMs === 50);
    expect(slow.length).toBeGreaterThan(8);
    expect(slow.length).toBeLessThan(32);
    expect(slow.every(({ sliceMs }) => sliceMs > 450)).toBe(true);
    expect(seen.filter(({ writeMs }) => writeMs === 2).every(({ sliceMs }) => sliceMs < 100)).toBe(true);
    expect(slow.length + seen.filter(({ writeMs }) => writeMs === 2).length).toBe(seeds.length);
  });

  it('leave a site alone that the scenario names by itself', () => {
    const seen = seeds.map((seed) => moments({ rows, 'apiServer.write': '7ms' }, seed).writeMs);
    expect(new Set(seen)).toEqual(new Set([7]));
  });

  it('are the same for the same seed', () => {
    expect(simulate(scenario({ rows }), { seed: 3 }).digest).toBe(
      simulate(scenario({ rows }), { seed: 3 }).digest,
    );
  });

  it('are shrunk from the row that failed', () => {
    const slow = {
      rows: [{ 'endpointSliceController.sync': '2s' }, { 'endpointSliceController.sync': '1ms' }],
    } as const;
    const { worst, failures } = fuzz(scenario(slow, 1), { runs: 8 });
    expect(failures).toBeGreaterThan(0);
    const found = shrink(scenario(slow, 1), worst!.seed)!;
    expect(Object.keys(found.delaysMs)).toContain('endpointSliceController.sync');
  });

  it.each([
    ['no row', { rows: [] }, 'delays.rows'],
    ['a site that does not exist', { rows: [{ 'watch.moon': 1 }] }, 'watch.moon'],
    ['what is no duration', { rows: [{ 'apiServer.write': 'soon' }] }, 'must be a duration'],
  ] as const)('are refused for %s', (_, delays, message) => {
    const parsed = parseScenario({
      manifests: SOMETIMES_UNSAFE,
      delays,
      actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    });
    expect(parsed.ok ? '' : JSON.stringify(parsed.issues)).toContain(message);
  });
});
