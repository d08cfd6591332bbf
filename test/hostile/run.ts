import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import {
  defineScenario,
  fuzz,
  mergeFuzzReports,
  OptionsError,
  parseScenario,
  ScenarioError,
} from '../../src/index.ts';
import { parseYaml } from '../../src/manifests/yaml.ts';
import { anyScenario } from './any-scenario.ts';
import { wrongWithInput, wrongWithPrototypes, wrongWithRuns, wrongWithText } from './judge.ts';
import { mutated, mutatedText } from './mutate.ts';
import { type Random, randomOf } from './random.ts';

/**
 * `npm run fuzz:inputs -- --count 3000 --seed 1`: inputs of every sort, nearly right. `npm run swarm -- --count 20000`: scenarios with
 * features on and off, each run twice. `--only 17` makes the input of that index again, and says what it was.
 */

/** A second for reading it and a run, and each is run twice. */
const MOST_CPU_SECONDS = 2;

/** An explanation tries fixes, each in runs of its own: some of the inputs show what it says. */
const isExplained = (index: number) => index % 7 === 0;

type Case = (random: Random, index: number) => { readonly input: unknown; readonly wrong: readonly string[] };

/** A scenario whose parts were changed, as an object of the program. */
const scenarioObject: Case = (random, index) => {
  const input = mutated(anyScenario(random), random, false);
  return { input, wrong: wrongWithInput(input, index, isExplained(index)) };
};

/** Its manifests as text of which bytes were changed. */
const manifestText: Case = (random, index) => {
  const { manifests, ...rest } = anyScenario(random);
  const changed = random.chance(0.5) ? mutated(manifests, random, true) : manifests;
  const objects: readonly unknown[] = Array.isArray(changed) ? changed : [changed];
  const json = random.chance(0.3);
  const text = json
    ? JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
    : objects.map((object) => stringify(object ?? null)).join('---\n');
  const input = { ...rest, manifests: random.chance(0.8) ? mutatedText(text, random) : text };
  return { input, wrong: wrongWithInput(input, index, isExplained(index)) };
};

/** A configuration file as text: what is read of it is handed on as it is. */
const configText: Case = (random, index) => {
  const text = mutatedText(stringify(mutated(anyScenario(random), random, true) ?? null), random);
  const { documents, problems } = parseYaml(text);
  const told = problems.flatMap(({ message }) => wrongWithText(message));
  const inputs = documents
    .slice(0, 3)
    .flatMap(({ value }) => wrongWithInput(value, index, isExplained(index)));
  return { input: text, wrong: [...told, ...inputs] };
};

const whole = anyReport();

function anyReport() {
  const { manifests } = anyScenario(randomOf(0, 0));
  const scenario = defineScenario({ manifests, actions: [{ type: 'rollingUpdate', deployment: 'web' }] });
  return [1, 2].map((index) => fuzz(scenario, { runs: 6, shrink: false, shard: { index, count: 2 } }));
}

/** Reports of a campaign that somebody, or something, has edited. */
const reports: Case = (random) => {
  const input = mutated(whole, random, false);
  try {
    const report = mergeFuzzReports(input as never);
    const isBelieved = report.tally.runs + report.tally.overLimit <= report.requested;
    return { input, wrong: isBelieved ? [] : ['a report of more runs than were asked for'] };
  } catch (error) {
    if (error instanceof OptionsError || error instanceof ScenarioError || error instanceof RangeError)
      return { input, wrong: wrongWithText(error.message) };
    throw error;
  }
};

const INPUTS: readonly Case[] = [
  scenarioObject,
  manifestText,
  scenarioObject,
  manifestText,
  configText,
  reports,
];

const swarm: Case = (random, index) => {
  const input = anyScenario(random, 60_000);
  const parsed = parseScenario(input);
  return { input, wrong: parsed.ok ? wrongWithRuns(parsed.scenario, index, isExplained(index)) : [] };
};

const { values } = parseArgs({
  options: {
    swarm: { type: 'boolean', default: false },
    count: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const only = values.only === undefined ? null : Number(values.only);
const cases = values.swarm ? [swarm] : INPUTS;
const name = values.swarm ? 'swarm' : 'fuzz:inputs';

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function told(index: number): readonly string[] {
  const began = cpuSeconds();
  try {
    const { input, wrong } = cases[index % cases.length]!(randomOf(seed, index), index);
    if (only !== null) console.dir(input, { depth: 12 });
    const took = cpuSeconds() - began;
    const isTimed = !values.swarm && !isExplained(index) && took > MOST_CPU_SECONDS;
    return [...wrong, ...wrongWithPrototypes(), ...(isTimed ? slowAgain(index) : [])];
  } catch (error) {
    return [error instanceof Error ? `${error.name}: ${error.stack}` : `threw ${String(error)}`];
  }
}

/** What a case costs by itself: the first time it may have paid for compiling the program, or for another's garbage. */
function slowAgain(index: number): readonly string[] {
  const began = cpuSeconds();
  cases[index % cases.length]!(randomOf(seed, index), index);
  const took = cpuSeconds() - began;
  return took > MOST_CPU_SECONDS ? [`${took.toFixed(1)} s of CPU`] : [];
}

const indexes = only === null ? Array.from({ length: Number(values.count) }, (_, index) => index) : [only];
const began = cpuSeconds();
let failed = 0;
for (const index of indexes) {
  const wrong = told(index);
  if (wrong.length === 0) continue;
  failed++;
  console.log(`${name} --seed ${seed} --only ${index}`);
  for (const each of wrong.slice(0, 3)) console.log(`  ${JSON.stringify(each.slice(0, 1_500))}`);
}
console.log(
  `${name}: seed ${seed}, ${indexes.length} inputs, ${failed} failed, ${(cpuSeconds() - began).toFixed(0)} s of CPU`,
);
process.exitCode = failed === 0 ? 0 : 1;
