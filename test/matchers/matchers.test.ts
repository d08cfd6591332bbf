import { describe, expect, it } from 'vitest';
import '../../src/vitest/index.ts';
import { checkSafe } from '../../src/analysis/check-safe.ts';
import { matchers } from '../../src/matchers/index.ts';
import { simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { barePod, deletion, execSleep, sleep, web } from '../report/scenarios.ts';

const noHook = deletion({ manifests: web() });
/** With little to search: each second of the grace period is run. */
const shortGrace = deletion({ manifests: web({ grace: 8 }) });
const fiveSeconds = deletion({ manifests: web({ lifecycle: sleep(5) }) });
const fiveOfEight = deletion({ manifests: web({ lifecycle: sleep(5), grace: 8 }) });
const cutOff = deletion({ manifests: web({ lifecycle: execSleep(40) }) });
const usedUp = deletion({ manifests: web({ lifecycle: sleep(29) }) });
const unselected = deletion({ manifests: web({ service: { selector: { app: 'wbe' } } }) });
const yaml = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 8
      containers:
        - name: web
          image: registry.example/web:1
          ports: [{ containerPort: 8080 }]
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;

const problemOf = (received: unknown) => matchers.toBeSafe.call({}, received).message();
const textOf = (received: unknown) => matchers.toBeSafeWith.call({}, received, { runs: 5 }).message();

describe('toBeSafe', () => {
  it('passes where every one of 200 runs is safe', () => expect(fiveSeconds).toBeSafe());
  it('fails where a run is not', () => expect(noHook).not.toBeSafe());
  it('fails where there is nothing to judge: a typo in a selector is not safe', () =>
    expect(unselected).not.toBeSafe());
  it('says what checkSafe says', () => {
    const few = { runs: 20 };
    expect(matchers.toBeSafe.call({}, noHook, few).message()).toContain(checkSafe(noHook, few).claim);
    expect(matchers.toBeSafe.call({ isNot: true }, fiveSeconds, few).message()).toContain(
      checkSafe(fiveSeconds, few).claim,
    );
  });
  it('judges a run alone', () => {
    expect(simulate(fiveSeconds)).toBeSafe();
    expect(simulate(noHook)).not.toBeSafe();
  });
  it('judges a run without a trace, and shows its timeline all the same', () => {
    const { seed } = checkSafe(noHook, { runs: 5 });
    const untraced = simulate(noHook, { seed, trace: 'none' });
    expect(untraced).not.toBeSafe();
    expect(problemOf(untraced)).toBe(problemOf(simulate(noHook, { seed })));
  });
});

describe('toBeSafeWith', () => {
  it('runs as many seeds as it is told', () => {
    expect(fiveSeconds).toBeSafeWith({ runs: 10 });
    expect(matchers.toBeSafeWith.call({}, noHook, { runs: 10, seed: 1 }).message()).toMatch(/ in 10 runs/);
  });
  it('runs the scenario of a run anew', () => {
    const text = matchers.toBeSafeWith.call({}, simulate(noHook), { runs: 10 }).message();
    expect(text).toMatch(/Replay: simulate\(run\.scenario, \{ seed: \d+ \}\)/);
  });
});

describe('toFitTheGracePeriod', () => {
  it.each([
    ['a hook that leaves the app its time', fiveSeconds, true],
    ['no hook: unsafe, but not for want of time', noHook, true],
    ['a hook that the grace period cuts off', cutOff, false],
    ['a hook that leaves the app no time of its own', usedUp, false],
  ])('%s', (_, scenario, fits) => {
    expect(matchers.toFitTheGracePeriod.call({}, scenario, { runs: 10 }).pass).toBe(fits);
    const run = simulate(scenario);
    expect(matchers.toFitTheGracePeriod.call({}, run).pass).toBe(fits);
  });
});

describe('toDropNoRequests', () => {
  it.each([
    ['a hook that outlasts the routers', fiveSeconds, true],
    ['a hook that uses the grace period up, without any loss', usedUp, true],
    ['no hook', noHook, false],
    ['a Service that selects nothing', unselected, false],
    [
      'work that SIGKILL cuts',
      deletion({ manifests: web({ lifecycle: sleep(25) }), apps: { web: { drain: '10s' } } }),
      false,
    ],
  ])('%s', (_, scenario, pass) => {
    expect(matchers.toDropNoRequests.call({}, scenario, { runs: 10 }).pass).toBe(pass);
  });

  it('counts what clients saw fail', () => {
    const run = simulate(fiveSeconds);
    const requests = { sent: 100, succeeded: 97, failed: { connectionRefused: 3, connectTimeout: 0 } };
    const seen = { ...run, trace: run.trace, verdict: { ...run.verdict, requests } };
    expect(run).toDropNoRequests();
    expect(seen).not.toDropNoRequests();
    const text = matchers.toDropNoRequests.call({}, seen).message();
    expect(text).toContain('3 of 100 requests failed (3 × connectionRefused).');
  });
});

describe('toHaveSafePreStop', () => {
  const runs = 10;
  it.each([
    ['any', shortGrace, {}, true],
    ['one that may be long', shortGrace, { atLeastSeconds: 6 }, true],
    ['one that may be short', shortGrace, { atMostSeconds: 1 }, true],
    ['one in between', shortGrace, { atLeastSeconds: 2, atMostSeconds: 3 }, true],
    ['longer than the grace period', shortGrace, { atLeastSeconds: 9 }, false],
    ['shorter than routing takes', shortGrace, { atMostSeconds: 0 }, false],
    ['a part of a second', shortGrace, { atLeastSeconds: 1.2, atMostSeconds: 1.4 }, false],
    [
      'of a Pod that nothing replaces',
      deletion({ manifests: barePod(), actions: [{ type: 'deletePod', pod: 'web' }] }),
      {},
      false,
    ],
  ])('%s', (_, scenario, bounds, pass) => {
    const result = matchers.toHaveSafePreStop.call({}, scenario, { ...bounds, runs });
    expect(result.pass).toBe(pass);
    expect(result.message()).toContain(pass ? 'SAFE preStop: ' : 'Fix: ');
  });
});

describe('what may be handed over', () => {
  it.each([
    ['a Scenario', fiveOfEight],
    ['a Run', simulate(fiveOfEight)],
    ['a ScenarioInput', { manifests: yaml, actions: [{ type: 'deletePod', pod: 'web-1-1' }] }],
    ['a ScenarioInput without actions', { manifests: yaml, cluster: { version: '1.36', nodes: 2 } }],
    ['YAML text', yaml],
    ['texts', yaml.split('---')],
    ['parsed objects', web({ lifecycle: sleep(5), grace: 8 })],
  ])('%s', (_, received) => {
    expect(received).toBeSafeWith({ runs: 5 });
    expect(received).toFitTheGracePeriod({ runs: 5 });
    expect(received).toDropNoRequests({ runs: 5 });
    expect(received).toHaveSafePreStop({ runs: 3 });
  });

  it('a single parsed object, which is nothing to judge without a Service', () => {
    expect(textOf(web()[0])).toMatch(/nothingToJudge[\s\S]*No Service routes to /);
  });

  it('says that it took the only Deployment to roll, and how to repeat that', () => {
    const text = textOf(web());
    expect(text).toContain(
      'Assumed: Deployment web gets a new revision at 0 s (a rolling update), since no actions are given.',
    );
    expect(text).toMatch(/Replay: simulate\(defineScenario\(\{ manifests \}\), \{ seed: \d+ \}\)/);
    expect(textOf({ manifests: web() })).toMatch(
      /Replay: simulate\(defineScenario\(input\), \{ seed: \d+ \}\)/,
    );
    expect(textOf(defineScenario({ manifests: web() }))).toContain(
      'Assumed: Deployment web gets a new revision',
    );
  });

  it('says nothing of actions that are given', () => {
    expect(textOf(noHook)).not.toContain('Assumed');
    expect(textOf({ manifests: web(), actions: [{ type: 'deletePod', pod: 'web-1-0' }] })).not.toContain(
      'Assumed',
    );
  });

  it('says which Pod it took to be deleted where there is no Deployment, and how to repeat that', () => {
    const text = textOf(barePod());
    expect(text).toContain('Assumed: Pod web is deleted at 0 s, since no actions are given.');
    expect(text).toContain(
      "simulate(defineScenario({ manifests, actions: [{ type: 'deletePod', pod: 'web' }] }), { seed: ",
    );
  });

  it('deletes the first Pod of each workload that has one', () => {
    const other = (name: string, replicas: number) => ({
      apiVersion: 'apps/v1',
      kind: name === 'set' ? 'ReplicaSet' : 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: name }] } },
      },
    });
    const received = { manifests: [...web(), other('api', 2), other('set', 1), other('off', 0)] };
    expect(textOf(received)).toContain(
      'Assumed: Pods web-1-0, shop/api-1-0, shop/set-0 are deleted at 0 s (the first of each workload)',
    );
  });

  it('a Deployment of no Pods, which is nothing to judge', () => {
    expect(textOf(web({ replicas: 0 }))).toContain('No Pod was stopped.');
    expect(matchers.toFitTheGracePeriod.call({}, web({ replicas: 0 }), { runs: 5 }).pass).toBe(false);
  });

  it('as an asymmetric matcher', () => {
    expect({ web: fiveSeconds }).toEqual({ web: expect.toBeSafeWith({ runs: 5 }) });
    expect({ web: noHook }).toEqual({ web: expect.not.toBeSafeWith({ runs: 5 }) });
  });
});

describe('what cannot be judged fails with and without .not, and says why', () => {
  it.each<readonly [string, unknown, RegExp]>([
    ['undefined', undefined, /This is no scenario: undefined\.\nFix: Hand over a Scenario/],
    ['null', null, /This is no scenario: null\./],
    ['a number', 42, /This is no scenario: the number 42\./],
    ['a function', simulate, /This is no scenario: the function simulate\./],
    ['some object', { name: 'web' }, /This is no scenario: an object with "name"\./],
    ['an empty object', {}, /an object with no fields/],
    ['an empty text', '', /no object has Pods/],
    ['no YAML', 'kind: [', /This scenario has 1 problem:\n- manifests\[0\]/],
    ['a Service alone', web()[1], /no object has Pods/],
    ['an unknown option', { manifests: yaml, cluter: {} }, /"cluter" is no option of a scenario/],
    [
      'a Pod that is not there',
      { manifests: yaml, actions: [{ type: 'deletePod', pod: 'nginx' }] },
      /There is no Pod "nginx"[\s\S]*fix: Known Pods: web-1-0, web-1-1, web-1-2/,
    ],
    ['an empty list of actions', { manifests: yaml, actions: [] }, /says nothing of what happens/],
  ])('%s', (_, received, problem) => {
    for (const matcher of Object.values(matchers)) {
      const plain = matcher.call({ isNot: false }, received, {});
      const negated = matcher.call({ isNot: true }, received, {});
      expect(plain.pass).toBe(false);
      expect(negated.pass).toBe(true);
      expect(plain.message()).toMatch(problem);
      expect(negated.message()).toMatch(problem);
    }
    expect(() => expect(received).toBeSafe()).toThrow(problem);
    expect(() => expect(received).not.toBeSafe()).toThrow(problem);
  });

  it.each<readonly [object, RegExp]>([
    [{ runs: 0 }, /runs must be a whole number from 1; it is 0\. Use 1 or more\./],
    [{ runs: '200' }, /runs must be a whole number from 1; it is "200"/],
    [{ seed: -1 }, /seed must be a seed; it is -1\. Use a whole number from 0/],
    [{ run: 5 }, /"run" is no option of (?:toBeSafeWith|toHaveSafePreStop)\. .*Did you mean runs/],
  ])('options %o', (options, problem) => {
    expect(() => expect(fiveSeconds).toBeSafeWith(options)).toThrow(problem);
    expect(() => expect(fiveSeconds).not.toBeSafeWith(options)).toThrow(problem);
    expect(() => expect(fiveSeconds).toHaveSafePreStop(options)).toThrow(problem);
  });

  it.each<readonly [object, RegExp]>([
    [{ atLeastSeconds: -1 }, /atLeastSeconds must be a number of seconds; it is -1/],
    [{ atMostSeconds: Number.NaN }, /atMostSeconds must be a number of seconds; it is NaN/],
    [{ atLeastSeconds: 5, atMostSeconds: 4 }, /atLeastSeconds must not exceed atMostSeconds; it is 5/],
  ])('bounds %o', (options, problem) => {
    expect(() => expect(fiveSeconds).toHaveSafePreStop(options)).toThrow(problem);
    expect(() => expect(fiveSeconds).not.toHaveSafePreStop(options)).toThrow(problem);
  });
});
