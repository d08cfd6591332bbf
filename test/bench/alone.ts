import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { checkSafe, findSafePreStop, fuzz, scenariosByWorkload } from '../../src/index.ts';
import { compiledScenario } from '../../src/run/compiled-scenario.ts';
import { ran } from '../../src/run/observed-loop.ts';
import { deletion } from './deletion.ts';
import { deployments, rolling } from './rolling.ts';
import { rollout } from './rollout.ts';

/** What is measured in a process of its own: warm code, and a heap that others have filled, would decide what it takes. */

const twelve = () => scenariosByWorkload({ manifests: deployments(12) }).map(({ scenario }) => scenario);

/** Each sets up what is not timed and returns the work. */
const MEASURES = {
  'deletions, 200 runs': () => {
    const scenario = deletion(3);
    return () => fuzz(scenario, { runs: 200, shrink: false });
  },
  'rollouts, 200 runs, requirement read': () => {
    const scenario = rolling(1, 1);
    return () => fuzz(scenario, { runs: 200, shrink: false, requirement: 'read' });
  },
  'checkSafe, 6 replicas': () => {
    const scenario = rolling(1, 6);
    return () => checkSafe(scenario);
  },
  'check, 12 Deployments': () => {
    const scenarios = twelve();
    return () => {
      for (const scenario of scenarios) fuzz(scenario, { runs: 200, shrink: false, requirement: 'read' });
    };
  },
  'find, 12 Deployments': () => {
    const scenarios = twelve();
    return () => {
      for (const scenario of scenarios) findSafePreStop(scenario, { runs: 200 });
    };
  },
  '1,000 Pods, 5,000 nodes': () => {
    const scenario = rollout(1000, 5000);
    return () => ran(scenario, compiledScenario(scenario), 1);
  },
} satisfies Record<string, () => () => unknown>;

export interface Alone {
  readonly cpuSeconds: number;
  /** The most memory that the process had: the loader of TypeScript included. */
  readonly peakBytes: number;
}

const file = fileURLToPath(import.meta.url);

export function alone(what: keyof typeof MEASURES): Alone {
  const args = [...process.execArgv, file, what];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Alone;
}

const asked = process.argv[2];
if (process.argv[1] === file && asked !== undefined) {
  const work = MEASURES[asked as keyof typeof MEASURES]();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  const taken: Alone = {
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  console.log(JSON.stringify(taken));
}
