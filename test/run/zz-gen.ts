import fc from 'fast-check';
import { simulate } from '../../src/index.ts';
import { scenarioOf, sketches } from './scenarios.ts';

let n = 0,
  ev = 0;
const reasons: Record<string, number> = {};
const t = Date.now();
fc.assert(
  fc.property(sketches, fc.nat(1e6), (s, seed) => {
    n++;
    const run = simulate(scenarioOf(s), { seed });
    ev += run.eventCount;
    const k = run.verdict.requiredPreStopReason ?? (run.verdict.requiredPreStopMs === 0 ? 'zero' : 'number');
    reasons[k] = (reasons[k] ?? 0) + 1;
  }),
  { numRuns: 1000, seed: 1 },
);
console.log(n, ev, Date.now() - t, reasons);
