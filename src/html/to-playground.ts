import { playgroundScript } from '#page-scripts';
import { xml } from '../report/foreign.ts';
import { picturesOf } from '../report/picture/picture-of.ts';
import { simulate } from '../run/simulate.ts';
import { demand } from '../scenario/arguments.ts';
import { playgroundOptions, readOptions } from '../scenario/options.ts';
import { defineScenario, type Scenario } from '../scenario/scenario.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import { documentOf } from './document.ts';
import { experiment } from './playground/experiment.ts';
import { PAPER_LANES, PLAY_LANES, playData } from './playground/play-data.ts';
import { playgroundBody } from './playground/playground-body.ts';
import { stateOf } from './playground/state.ts';

/** How a playground begins. */
export interface PlaygroundOptions {
  /** Of the run that the page opens with; 0 by default, 1 for the experiment. */
  readonly seed?: number;
  /** Whether the page opens with the tour; it does where no scenario is given. */
  readonly tour?: boolean;
}

/**
 * A page with the simulator inside: sliders for preStop, grace period, a router's lag, nodes, minSyncPeriod and seed; the picture, the
 * verdict and the safe interval follow. YAML can be pasted and edited there, and a link holds all of it. Without a scenario it opens with
 * an experiment and guides through it. One file that asks for nothing from anywhere. Throws a ScenarioError where the input is none.
 */
export function toPlayground(scenario?: Scenario | ScenarioInput, options: PlaygroundOptions = {}): string {
  if (scenario !== undefined) demand('toPlayground', 'scenarioOrInput', scenario);
  readOptions('toPlayground', playgroundOptions, options);
  const { seed = scenario === undefined ? 1 : 0, tour = scenario === undefined } = options;
  const input = scenario === undefined ? experiment() : 'world' in scenario ? scenario.input : scenario;
  const state = stateOf(input, seed);
  const checked = defineScenario({ ...state.settings, manifests: state.manifests });
  const run = simulate(checked, { seed });
  const drawn = picturesOf(run);
  const screen = drawn(PLAY_LANES);
  const { data } = playData(run, screen);
  const body = playgroundBody(
    state,
    checked,
    { screen, paper: drawn(PAPER_LANES) },
    Object.keys(data.rules.nodes),
    tour,
  );
  const code = `<script type="text/plain" id="prestop-code">${xml(playgroundScript())}</script>`;
  return documentOf({
    title: 'prestop: playground',
    body: `${body}${code}`,
    data: { state, tour },
    script: UNPACK,
  });
}

/** Takes the simulator out of the page, starts it, and keeps its text for the worker. */
const UNPACK = `(async()=>{
const packed=Uint8Array.from(atob(document.getElementById('prestop-code').textContent),(c)=>c.charCodeAt(0));
const text=await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
globalThis.prestopCode=text;
const script=document.createElement('script');
script.textContent=text;
document.head.append(script);
})()`;
