import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz, type ScenarioInput, scenariosByWorkload, simulate } from '../../src/index.ts';
import { tries } from '../effort.ts';
import { deployment, service } from '../run/manifests.ts';

const named = (name: string, object: object) =>
  JSON.parse(JSON.stringify(object).replaceAll('"web"', `"${name}"`));

/** A Deployment and its Service. */
function app(name: string, seconds: number, replicas = 2): object[] {
  const made = deployment({ ...(seconds > 0 && { preStop: { sleep: { seconds } } }), replicas });
  return [named(name, made), named(name, service())];
}

function stateful(name: string, kind: 'StatefulSet' | 'DaemonSet'): object {
  const { spec, ...rest } = named(name, deployment({}));
  const { replicas, strategy: _strategy, ...own } = spec;
  const set = kind === 'StatefulSet' ? { ...own, replicas, serviceName: name } : own;
  return { ...rest, kind, spec: set };
}

const of = (input: ScenarioInput) =>
  scenariosByWorkload(input).map(({ workload }) => `${workload.kind}/${workload.name} ${workload.stop}`);

describe('the workloads of an input', () => {
  it('are those that something sends to, each stopped in its own way', () => {
    const manifests = [
      ...app('web', 5),
      stateful('db', 'StatefulSet'),
      named('db', service()),
      stateful('edge', 'DaemonSet'),
      named('edge', service()),
      named('worker', deployment({})),
      ...app('none', 5, 0),
    ];
    expect(of({ manifests })).toEqual([
      'Deployment/web rolledOut',
      'StatefulSet/db rolledOut',
      'DaemonSet/edge rolledOut',
    ]);
  });

  it('that have described work to lose are among them, with a Service or without', () => {
    const manifests = [named('worker', deployment({}))];
    expect(of({ manifests })).toEqual([]);
    const apps = { worker: { drain: '40s' } } as const;
    const [worker] = scenariosByWorkload({ manifests, apps });
    const { outcome, violations } = simulate(worker!.scenario).verdict;
    expect(outcome).toBe('unsafe');
    expect(violations.map(({ kind }) => kind)).toContain('cutByKill');
  });

  it("of which only a StatefulSet's own headless Service knows are sent to by nobody", () => {
    const own = named('db', service());
    const headless = { ...own, spec: { ...own.spec, clusterIP: 'None' } };
    const manifests = [stateful('db', 'StatefulSet'), headless];
    expect(of({ manifests })).toEqual([]);
    const routers = [{ name: 'dns', lag: '5s', services: ['db'] }] as const;
    expect(of({ manifests, routers })).toEqual(['StatefulSet/db rolledOut']);
  });

  it('that share a Service serve on while one of them is stopped', () => {
    const blue = named('blue', deployment({}));
    const green = named('green', deployment({}));
    const labels = { tier: 'shop' };
    for (const each of [blue, green]) Object.assign(each.spec.template.metadata.labels, labels);
    const shop = service();
    const shared = { ...shop, spec: { ...shop.spec, selector: labels } };
    const all = scenariosByWorkload({ manifests: [blue, green, shared] });
    expect(all.map(({ scenario }) => scenario.world.deployments.map(({ name }) => name))).toEqual([
      ['blue', 'green'],
      ['blue', 'green'],
    ]);
    expect(all.map(({ scenario }) => scenario.world.actions.length)).toEqual([1, 1]);
  });

  it('are anything with a Pod template, too, of which one Pod is deleted', () => {
    const { spec, ...rest } = deployment({});
    const clones = {
      ...rest,
      apiVersion: 'apps.kruise.io/v1alpha1',
      kind: 'CloneSet',
      spec: { ...spec, updateStrategy: { type: 'InPlaceIfPossible' } },
    };
    const { template } = spec;
    const controller = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'old' },
      spec: { replicas: 2, selector: { app: 'old' }, template: named('old', template) },
    };
    const manifests = [clones, service(), controller, named('old', service())];
    expect(of({ manifests })).toEqual([
      'CloneSet/web onePodDeleted',
      'ReplicationController/old onePodDeleted',
    ]);
    const [first] = scenariosByWorkload({ manifests });
    const { verdict, trace } = simulate(first!.scenario);
    expect(verdict.outcome).toBe('unsafe');
    expect(trace.find(({ type }) => type === 'deletePod')?.pod).toBe('web-0');
  });

  it('a Job or CronJob is among them only where its work is described, whoever selects it', () => {
    const podTemplate = { metadata: { labels: { app: 'web' } }, spec: { restartPolicy: 'Never' } };
    const template = {
      ...podTemplate,
      spec: { ...podTemplate.spec, containers: [{ name: 'work', image: 'w' }] },
    };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'move' }, spec: { template } };
    const nightly = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly' },
      spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template } } },
    };
    const manifests = [...app('web', 5), job, nightly];
    expect(of({ manifests })).toEqual(['Deployment/web rolledOut']);
    const described = { manifests, apps: { 'nightly/work': { drain: '40s' } } } as const;
    expect(of(described)).toEqual(['Deployment/web rolledOut', 'CronJob/nightly onePodDeleted']);
    const night = scenariosByWorkload(described)[1]!;
    expect(simulate(night.scenario).verdict.violations.map(({ kind }) => kind)).toContain('cutByKill');
  });

  it('are refused with all issues of the whole input', () => {
    const broken = { ...(app('web', 5)[0] as { spec: object }) };
    const manifests = [{ ...broken, spec: { ...broken.spec, replicas: 'two' } }, ...app('api', 0)];
    expect(() => scenariosByWorkload({ manifests, apps: { nobody: {} } })).toThrow(/replicas/);
  });
});

describe('the answer of a workload', () => {
  it('does not change because another was added, before it or behind it', () => {
    const sketch = fc.record({
      seconds: fc.integer({ min: 0, max: 3 }),
      others: fc.array(fc.constantFrom('api', 'cart', 'db'), { minLength: 1, maxLength: 2 }),
      first: fc.boolean(),
    });
    fc.assert(
      fc.property(sketch, ({ seconds, others, first }) => {
        const own = app('web', seconds);
        const rest = [...new Set(others)].flatMap((name) => app(name, 1));
        const answer = (manifests: object[]) => {
          const { scenario } = scenariosByWorkload({ manifests }).find(
            ({ workload }) => workload.name === 'web',
          )!;
          const { failures, kinds, requiredPreStopMs } = fuzz(scenario, { runs: 3, shrink: false });
          return { failures, kinds, requiredPreStopMs };
        };
        expect(answer(first ? [...rest, ...own] : [...own, ...rest])).toEqual(answer(own));
      }),
      { numRuns: tries(1), seed: 7 },
    );
  });
});
