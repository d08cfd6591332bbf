import { describe, expect, it } from 'vitest';
import {
  defineScenario,
  findSafePreStop,
  fuzz,
  routers,
  type ScenarioInput,
  simulate,
  describe as words,
} from '../../src/index.ts';
import { deployment, service } from './manifests.ts';

const web = [deployment({ preStop: { sleep: { seconds: 5 } } }), service()];
const deletes = { actions: [{ type: 'deletePod', pod: 'web-1-0' }] } as const;
const verdictOf = (input: ScenarioInput) => simulate(defineScenario(input), { seed: 1 }).verdict;
const slow = { routers: [{ name: 'lb', lag: '30s' }] } as const;

describe('a horizon before the end of the stop', () => {
  const cut = defineScenario({ manifests: web, ...deletes, ...slow, horizon: '3s' });

  it('leaves the run not judged: nothing is read off the cut', () => {
    const { safe, outcome, notJudged, requiredPreStopMs, requiredPreStopReason } = simulate(cut).verdict;
    expect({ safe, outcome, requiredPreStopMs, requiredPreStopReason }).toEqual({
      safe: false,
      outcome: 'notJudged',
      requiredPreStopMs: null,
      requiredPreStopReason: 'horizonTooShort',
    });
    expect(notJudged).toContainEqual({ code: 'stillStopping', gating: true, pod: 'web-1-0' });
  });

  it('counts as not safe in a campaign, and finds no value', () => {
    expect(fuzz(cut, { runs: 5, shrink: false })).toMatchObject({ failures: 5, notJudged: 5 });
    expect(findSafePreStop(cut, { runs: 5 }).kind).toBe('notJudged');
  });

  it('behind it changes nothing', () => {
    const { verdict } = simulate(defineScenario({ manifests: web, ...deletes, horizon: '10m' }));
    expect(verdict.outcome).toBe('safe');
  });
});

describe('what nobody described', () => {
  const headless = { ...service(), metadata: { name: 'peers' } };
  const peers = { ...headless, spec: { ...headless.spec, clusterIP: 'None' } };

  it('about a headless Service beside another keeps the run from being safe', () => {
    const input = { manifests: [...web, peers], ...deletes, inferRouters: false };
    expect(verdictOf(input).outcome).toBe('notJudged');
    const open = verdictOf(input)
      .notJudged.map((each) => words(each))
      .join(' ');
    expect(open).toContain('Service peers is headless');
    const told = verdictOf({ ...input, routers: [routers.dnsHeadless({ services: ['peers'] })] });
    expect(told.notJudged.filter(({ gating }) => gating)).toEqual([]);
  });

  it('about a Service that the actions do not touch is listed, and fails nothing', () => {
    const other = JSON.parse(JSON.stringify(web).replaceAll('"web"', '"api"'));
    const { outcome, notJudged } = verdictOf({ manifests: [...web, ...other], ...deletes });
    expect(outcome).toBe('safe');
    expect(notJudged).toEqual([{ code: 'serviceNotStopped', gating: false, service: 'api' }]);
  });
});

describe('Ready before it accepts', () => {
  const early = { manifests: [deployment({ preStop: { sleep: { seconds: 5 } } }), service()] };
  const apps = { web: { startup: '20s' } } as const;

  it('is unsafe, clients or not', () => {
    const { outcome, violations } = verdictOf({ ...early, apps });
    expect(outcome).toBe('unsafe');
    const found = violations.find(({ kind }) => kind === 'readyTooEarly');
    expect(found).toMatchObject({ gating: true, container: 'web', service: 'web' });
    expect(found!.toMs - found!.fromMs).toBeGreaterThan(15_000);
    expect(words(found!)).toContain('readinessProbe');
  });

  it('is not where a readiness probe waits for it', () => {
    const probed = deployment({
      preStop: { sleep: { seconds: 5 } },
      readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
    });
    const { violations } = verdictOf({ manifests: [probed, service()], apps });
    expect(violations.map(({ kind }) => kind)).not.toContain('readyTooEarly');
  });
});

describe('publishNotReadyAddresses', () => {
  it('is what the fix names, however many replicas there are', () => {
    const publishing = { ...service(), spec: { ...service().spec, publishNotReadyAddresses: true } };
    const { violations } = verdictOf({ manifests: [web[0]!, publishing], ...deletes });
    expect(violations[0]!.fix).toEqual({ code: 'unsetPublishNotReadyAddresses', service: 'web' });
  });
});

describe('a hook as long as the grace period', () => {
  const at = (seconds: number) =>
    defineScenario({ manifests: [deployment({ preStop: { sleep: { seconds } } }), service()], ...deletes });

  it('is a race, and so the largest safe value lies below', () => {
    expect(simulate(at(30)).verdict.outcome).toBe('unsafe');
    expect(simulate(at(29)).verdict.outcome).toBe('safe');
    const found = findSafePreStop(at(5), { runs: 10 });
    expect(found).toMatchObject({ kind: 'interval', maxSeconds: 29 });
  });
});
