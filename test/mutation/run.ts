import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { sampleOf } from './sample.ts';

/**
 * `npm run mutation -- --stretches 12 --seed 1`: changes stretches of the source, a mutant at a time, and looks whether a test notices.
 * What survives is a behaviour that no test asks for, or a change that changes nothing. `--only src/kernel/loop.ts:1-40` takes those lines.
 */

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    stretches: { type: 'string', default: '12' },
    only: { type: 'string', multiple: true },
  },
});
const seed = Number(values.seed);
const mutate = values.only ?? sampleOf({ seed, stretches: Number(values.stretches) });
console.log(`mutation: seed ${seed}\n  ${mutate.join('\n  ')}`);
const { status } = spawnSync('stryker', ['run', '.stryker.config.json', '--mutate', mutate.join(',')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
