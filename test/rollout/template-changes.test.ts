import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRollout } from '../../src/index.ts';
import { equalIgnoreHash, findNewReplicaSet, revisionToRollBackTo } from '../../src/rules/apps/index.ts';
import { type Run, simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import { tries } from '../effort.ts';
import { podTemplate, rollout } from './manifests.ts';

type Change =
  | { readonly type: 'rollingUpdate'; readonly image: string }
  | { readonly type: 'setImage'; readonly image: string }
  | { readonly type: 'rolloutRestart' | 'rollback' };

const template = (image: string) => {
  const { spec, ...rest } = podTemplate();
  const [web, ...others] = spec.containers;
  return { ...rest, spec: { ...spec, containers: [{ ...web, image }, ...others] } };
};
const OWN_IMAGE = podTemplate().spec.containers[0]!.image;

function play(changes: readonly Change[], everySeconds: number, seed = 0): Run {
  const actions = changes.map((change, index) => {
    const at = `${index * everySeconds}s` as const;
    if (change.type === 'rollingUpdate')
      return { type: change.type, at, deployment: 'web', template: template(change.image) };
    return { ...change, at, deployment: 'web' };
  });
  return simulate(defineScenario(rollout({ replicas: 3, actions })), { seed });
}

const madePods = (run: Run) =>
  run.trace.filter(({ type }) => type === 'createPod').map(({ data }) => String(data?.name));
const setOf = (pod: string) => pod.slice(0, pod.lastIndexOf('-'));
const revisions = (run: Run) => run.verdict.rollout!.deployments.map(({ revision }) => revision);

/** What Kubernetes's arithmetic comes to, written from its documentation: templates by name, each with its ReplicaSet and revision. */
function expected(changes: readonly Change[]) {
  const sets = new Map<string, { name: string; revision: number }>([
    [OWN_IMAGE, { name: 'web-1', revision: 1 }],
  ]);
  let present = OWN_IMAGE;
  let restarts = 0;
  let latest = 1;
  const made: string[] = [];
  for (const change of changes) {
    const base = present.split('#')[0]!;
    let next: string | undefined;
    if (change.type === 'rollingUpdate') next = change.image;
    else if (change.type === 'setImage') next = present.replace(base, change.image);
    else if (change.type === 'rolloutRestart') next = `${base}#${++restarts}`;
    else {
      const byRevision = [...sets].sort(([, a], [, b]) => b.revision - a.revision);
      next = byRevision[1]?.[0];
    }
    if (next === undefined || next === present) continue;
    latest++;
    const found = sets.get(next) ?? { name: `web-${latest}`, revision: latest };
    sets.set(next, { ...found, revision: latest });
    present = next;
    made.push(found.name);
  }
  return { set: sets.get(present)!.name, rollouts: made, revision: latest };
}

const change = fc.oneof(
  fc.record({
    type: fc.constant('rollingUpdate' as const),
    image: fc.constantFrom(OWN_IMAGE, 'r/x:2', 'r/x:3'),
  }),
  fc.record({ type: fc.constant('setImage' as const), image: fc.constantFrom(OWN_IMAGE, 'r/x:2', 'r/x:3') }),
  fc.record({ type: fc.constantFrom('rolloutRestart' as const, 'rollback' as const) }),
);

describe('a sequence of template changes', () => {
  it('at random, each rolled out before the next: the ReplicaSets that Kubernetes would have used', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), fc.nat({ max: 99 }), (changes, seed) => {
        const run = play(changes, 60, seed);
        const { rollouts, revision } = expected(changes);
        const made = madePods(run);
        // Each rollout makes all three Pods anew, in the set that has its template.
        expect(made.map(setOf)).toEqual(rollouts.flatMap((name) => [name, name, name]));
        expect(new Set(made).size).toBe(made.length);
        if (rollouts.length > 0) expect(revisions(run).at(-1)).toBe(revision);
      }),
      { numRuns: tries(6), seed: 21 },
    );
  });

  it('at random, one on the heels of the other: all Pods end in the set of the last template', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 5 }), fc.nat({ max: 99 }), (changes, seed) => {
        const run = play(changes, 1, seed);
        const gone = new Set(
          run.trace
            .filter(({ type, data }) => type === 'deletePod' && data?.outcome === 'gone')
            .map(({ pod }) => pod),
        );
        const alive = ['web-1-0', 'web-1-1', 'web-1-2', ...madePods(run)].filter((pod) => !gone.has(pod));
        const { set } = expected(changes);
        expect(alive.map(setOf)).toEqual([set, set, set]);
        const own = run.verdict.rollout!.deployments;
        for (const early of own.slice(0, -1))
          expect([early.completedAfterMs === null]).toEqual([early.supersededAfterMs !== null]);
        if (own.length > 0) expect(own.at(-1)!.completedAfterMs).not.toBeNull();
      }),
      { numRuns: tries(4), seed: 3 },
    );
  });
});

describe('going back to an earlier template', () => {
  it('at once leaves the Pods alone that are still there, and the first rollout is told as superseded', () => {
    const run = play(
      [
        { type: 'rollingUpdate', image: 'r/x:2' },
        { type: 'rollingUpdate', image: OWN_IMAGE },
      ],
      1,
    );
    const stopped = run.trace.filter(
      ({ type, pod }) => type === 'podKillStarted' && pod!.startsWith('web-1-'),
    );
    expect(new Set(stopped.map(({ pod }) => pod)).size).toBeLessThan(3);
    const [first, second] = run.verdict.rollout!.deployments;
    expect(first).toMatchObject({ revision: 2, completedAfterMs: null, oldPodsGoneAfterMs: null });
    expect(first!.supersededAfterMs).toBeCloseTo(1000, -1);
    expect(second).toMatchObject({ revision: 3, supersededAfterMs: null });
    expect(formatRollout(run)).toContain('rollout status  superseded by a newer revision after 1.0 s');
    expect(formatRollout(run)).toContain('old Pods gone   not before it was superseded');
  });

  it('to the present one does nothing, however it is written', () => {
    const written = template(OWN_IMAGE);
    const spelt = {
      ...written,
      spec: {
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        volumes: [],
        ...written.spec,
        containers: written.spec.containers.map((container) => ({ resources: {}, ...container })),
      },
    };
    const actions = [{ type: 'rollingUpdate', deployment: 'web', template: spelt } as const];
    const run = simulate(defineScenario(rollout({ replicas: 3, actions })));
    expect(madePods(run)).toEqual([]);
    expect(revisions(run)).toEqual([]);
    expect(run.verdict.violations.map(({ kind }) => kind)).toEqual(['nothingToJudge']);
  });

  it('does roll for what the simulator does not read: an environment variable', () => {
    const written = template(OWN_IMAGE);
    const env = [{ name: 'LEVEL', value: 'debug' }];
    const containers = written.spec.containers.map((container) => ({ ...container, env }));
    const changed = { ...written, spec: { ...written.spec, containers } };
    const actions = [{ type: 'rollingUpdate', deployment: 'web', template: changed } as const];
    expect(madePods(simulate(defineScenario(rollout({ replicas: 3, actions }))))).toHaveLength(3);
  });
});

describe('the rules', () => {
  const of = (content: string, image = 'a', restart = 0) => ({ content, images: { web: image }, restart });
  const set = (name: string, second: number, own: ReturnType<typeof of>) => {
    return { name, creationTimestampUs: second * 1_000_000, template: own };
  };

  it('compare what templates say, their images, and restarts', () => {
    expect(equalIgnoreHash(of('x'), of('x'))).toBe(true);
    for (const other of [of('y'), of('x', 'b'), of('x', 'a', 1), { ...of('x'), images: {} }])
      expect(equalIgnoreHash(of('x'), other)).toBe(false);
  });

  it('find the oldest ReplicaSet that has a template, or none', () => {
    const sets = [set('c', 3, of('x')), set('b', 1, of('y')), set('a', 2, of('x'))];
    expect(findNewReplicaSet(of('x'), sets)?.name).toBe('a');
    expect(findNewReplicaSet(of('z'), sets)).toBeNull();
  });

  it('roll back to the highest revision but one, or to the one that is asked for', () => {
    expect(revisionToRollBackTo([1, 4, 3], 0)).toBe(3);
    expect(revisionToRollBackTo([2], 0)).toBeNull();
    expect(revisionToRollBackTo([1, 4, 3], 1)).toBe(1);
    expect(revisionToRollBackTo([1, 4, 3], 2)).toBeNull();
  });
});
