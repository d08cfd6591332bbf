import { describe, expect, it } from 'vitest';
import { toHtml } from '../../src/html/index.ts';
import {
  applyPreStop,
  checkSafe,
  createSimulation,
  defineScenario,
  findSafePreStop,
  formatGantt,
  formatTimeline,
  fuzz,
  OptionsError,
  podTimeline,
  rulesAt,
  simulate,
  sweepPreStop,
  toSvg,
  varyScenario,
} from '../../src/index.ts';
import { fuzzInWorkers } from '../../src/node/index.ts';
import { deployment, service } from '../run/manifests.ts';

const scenario = defineScenario({
  manifests: [deployment({}), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-0' }],
});
const run = simulate(scenario);

/** Calls as a JavaScript user may write them, and what each names: a slip in any call is told in the same way. */
const SLIPS: readonly (readonly [string, (options: never) => unknown, object, string])[] = [
  [
    'simulate',
    (o) => simulate(scenario, o),
    { sed: 3 },
    '"sed" is no option of simulate. Check the spelling, or remove it. Did you mean seed?',
  ],
  [
    'simulate',
    (o) => simulate(scenario, o),
    { trace: 'bogus' },
    'trace must be one of full, none; it is "bogus". Use one of them.',
  ],
  ['simulate', (o) => simulate(scenario, o), { seed: Number.NaN }, 'seed must be a seed; it is NaN.'],
  [
    'createSimulation',
    (o) => createSimulation(scenario, o),
    { trace: 'full' },
    '"trace" is no option of createSimulation.',
  ],
  [
    'checkSafe',
    (o) => checkSafe(scenario, o),
    { runs: 0 },
    'runs must be a whole number from 1; it is 0. Use 1 or more.',
  ],
  [
    'findSafePreStop',
    (o) => findSafePreStop(scenario, o),
    { confidence: 1 },
    'confidence must be a share from 0 to below 1; it is 1.',
  ],
  [
    'sweepPreStop',
    (o) => sweepPreStop(scenario, o),
    { step: 1.5 },
    'step must be a whole number from 1; it is 1.5.',
  ],
  [
    'fuzz',
    (o) => fuzz(scenario, o),
    { shard: { index: 9, count: 8 } },
    'shard must be a part of the whole; it is an object. Let index go from 1 to count.',
  ],
  ['fuzz', (o) => fuzz(scenario, o), { onProgress: 'yes' }, 'onProgress must be a function; it is "yes".'],
  ['fuzz', (o) => fuzz(scenario, o), { vary: { nodes: [5, 1] } }, 'vary.nodes is no range'],
  ['varyScenario', (o) => varyScenario(scenario, {}, 0, o), { swarn: true }, 'Did you mean swarm?'],
  [
    'formatTimeline',
    (o) => formatTimeline(run, o),
    { maxLines: 0 },
    'maxLines must leave a line to print; it is 0. Use 1 or more.',
  ],
  [
    'formatTimeline',
    (o) => formatTimeline(run, o),
    { pod: 'db-1-0' },
    'nothing happened to a Pod "db-1-0" in this run.',
  ],
  ['toSvg', (o) => toSvg(run, o), { pod: 'db-1-0' }, 'nothing happened to a Pod "db-1-0" in this run.'],
  ['formatGantt', (o) => formatGantt(run, o), { pod: 'db-1-0' }, 'something happened to: web-1-0'],
  ['toHtml', (o) => toHtml(run, o), { pod: 'db-1-0' }, 'nothing happened to a Pod "db-1-0" in this run.'],
];

describe('options that are wrong', () => {
  it.each(SLIPS)('of %s are told: %o', (call, made, options, text) => {
    const refused = refusal(() => made(options as never));
    expect(refused.message).toContain(`${call}: `);
    expect(refused.message).toContain(text);
    expect(refused.issues).toHaveLength(1);
  });

  it('are told all at once, as data and as text', () => {
    const refused = refusal(() => fuzz(scenario, { runs: 0, sed: 1, swarm: 'no' } as never));
    expect(refused.issues.map(({ path }) => path)).toEqual([['runs'], ['swarm'], ['sed']]);
    expect(refused.message.split('\n')).toHaveLength(3);
  });

  it('of what is asked about a run name what there is', () => {
    expect(refusal(() => podTimeline(run, 'nope')).message).toMatch(
      /^podTimeline: there was no Pod "nope" in this run\. Pods .*web-1-0/,
    );
    expect(refusal(() => rulesAt(run, 'node-9', 0)).message).toContain(
      'there is no node "node-9". Nodes: node-1',
    );
    expect(refusal(() => applyPreStop(scenario, 1.5)).issues[0]!.path).toEqual(['seconds']);
    const simulation = createSimulation(scenario);
    expect(refusal(() => simulation.on('routesChangd' as 'event', () => {})).message).toContain(
      'Did you mean',
    );
    expect(refusal(() => simulation.runUntil('soon' as never)).message).toBe(
      'runUntil: "soon" is no duration. Write it like "250ms" or "5s".',
    );
  });

  it('reject a campaign in workers before a worker starts', async () => {
    const refused = await fuzzInWorkers(scenario, { workers: 0, run: 1 } as never).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(OptionsError);
    expect((refused as OptionsError).issues.map(({ path }) => path)).toEqual([['workers'], ['run']]);
  });
});

function refusal(call: () => unknown): OptionsError {
  try {
    call();
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
