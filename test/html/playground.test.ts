import { describe, expect, it } from 'vitest';
import { toPlayground } from '../../src/html/index.ts';
import { experiment } from '../../src/html/playground/experiment.ts';
import {
  appOf,
  asTest,
  type ControlName,
  controlsOf,
  HOOK_KINDS,
  type PlayState,
  scenarioOf,
  stateOf,
  withApp,
  withControl,
  withHookKind,
} from '../../src/html/playground/state.ts';
import { defineScenario, type Scenario, simulate } from '../../src/index.ts';
import { sleep, web } from '../report/scenarios.ts';

const start = stateOf(experiment(), 1);

function scenario(state: PlayState): Scenario {
  const result = scenarioOf(state);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.scenario;
}
const set = (state: PlayState, name: ControlName, value: number) =>
  withControl(state, scenario(state), name, value);
const value = (state: PlayState, name: ControlName) =>
  controlsOf(state, scenario(state)).find((control) => control.name === name)!.value;

describe('a slider', () => {
  it.each<[ControlName, number]>([
    ['preStop', 0],
    ['preStop', 17],
    ['terminationGracePeriodSeconds', 90],
    ['lag', 12],
    ['nodes', 5],
    ['minSyncPeriod', 10],
    ['seed', 42],
  ])('%s goes to %d, and stands there when the scenario is read again', (name, to) => {
    expect(value(set(start, name, to), name)).toBe(to);
  });

  it('changes the YAML in its own text and nothing beside it', () => {
    const { manifests } = set(start, 'preStop', 5);
    expect(manifests).toBe(start.manifests.replace('seconds: 30', 'seconds: 5'));
    const { manifests: longer } = set(start, 'terminationGracePeriodSeconds', 45);
    expect(longer).toBe(start.manifests.replace('Seconds: 60', 'Seconds: 45'));
  });

  it('of the grace period takes a longer hook along', () => {
    const state = set(start, 'terminationGracePeriodSeconds', 10);
    expect([value(state, 'preStop'), value(state, 'terminationGracePeriodSeconds')]).toEqual([10, 10]);
  });

  it('moves through 0 and back', () => {
    expect(set(set(start, 'preStop', 0), 'preStop', 30).settings).toEqual(start.settings);
    expect(value(set(set(start, 'preStop', 0), 'preStop', 30), 'preStop')).toBe(30);
  });

  it('works on parsed objects and on several documents, too', () => {
    const state = stateOf(
      { manifests: web({ lifecycle: sleep(5) }), actions: [{ type: 'deletePod', pod: 'web-1-0' }] },
      0,
    );
    expect(value(set(state, 'preStop', 9), 'preStop')).toBe(9);
    expect(value(set(state, 'terminationGracePeriodSeconds', 44), 'terminationGracePeriodSeconds')).toBe(44);
  });
});

describe('a switch', () => {
  it.each(HOOK_KINDS)('makes the hook %s, of the same length', (kind) => {
    const state = withHookKind(start, scenario(start), kind);
    const [template] = scenario(state).world.templates;
    expect(template!.containers[0]!.hook).toMatchObject({ kind, duration: 30_000_000 });
    expect(value(set(state, 'preStop', 7), 'preStop')).toBe(7);
  });

  it.each(['shellAsPid1', 'exitsAtOnce', 'wellMade'])('makes the app %s', (name) => {
    const state = withApp(start, scenario(start), name);
    expect(appOf(state, scenario(state))).toBe(name);
  });
});

describe('the page', () => {
  const page = toPlayground();

  it('is one file of at most 700 KB that asks for nothing', () => {
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(700_000);
    const [markup = ''] = page.split('id="prestop-code"');
    expect(markup).not.toMatch(/(?:src|href)="(?!data:)/);
  });

  it('has one verdict and a slider for each field, preStop from 0 to the grace period', () => {
    expect(page.match(/role="status"/g)).toHaveLength(1);
    expect(page).not.toContain('<output');
    expect(page).toMatch(/<label for="c-preStop">preStop<\/label>/);
    expect(page).toContain('id="c-preStop" data-control="preStop" min="0" max="60" step="1" value="30"');
    expect(page.match(/type="range"/g)).toHaveLength(6);
  });

  it('opens with the tour without a scenario, and has it one click away with one', () => {
    expect(page).toMatch(/<section class="tour[^>]*aria-label="Tour">/);
    expect(toPlayground(defineScenario(experiment()))).toMatch(/<section class="tour[^>]*hidden>/);
  });

  it('keeps manifests that look like markup text', () => {
    const input = experiment();
    const hostile = toPlayground({
      ...input,
      manifests: `# </textarea><script>alert(1)</script>\n${String(input.manifests)}`,
    });
    expect(hostile).not.toContain('<script>alert');
    expect(hostile.match(/<\/textarea>/g)).toHaveLength(1);
  });

  it('gives a test that says what the page shows', () => {
    const text = asTest(set(start, 'preStop', 0));
    expect(text).toContain("import { defineScenario, simulate } from 'prestop';");
    expect(text).toContain('seed: 1');
    expect(simulate(scenario(set(start, 'preStop', 0)), { seed: 1 }).verdict.safe).toBe(false);
  });
});
