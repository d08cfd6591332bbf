import { describe, expect, it } from 'vitest';
import { podTimeline } from '../../src/index.ts';
import { barePod, deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, eventsOf, momentsOf, runOf } from '../run/run-of.ts';

const POD = 'web-1-0';
const manifests = [deployment({ preStop: sleeps(5) }), service()];
const outcomes = (run: ReturnType<typeof runOf>, pod = POD) =>
  eventsOf(run, { type: 'deletePod', pod }).map(({ data }) => data);

describe('the API server', () => {
  it('marks a Pod as terminating and deletes it when its kubelet says that it is done', () => {
    const run = runOf({ manifests });
    expect(outcomes(run)).toEqual([
      { outcome: 'terminating', deletionGracePeriodSeconds: 30 },
      { outcome: 'removing', deletionGracePeriodSeconds: 0 },
      { outcome: 'gone', deletionGracePeriodSeconds: 0 },
    ]);
    const [, last] = eventsOf(run, { type: 'deletePod', pod: POD });
    expect(run.trace[last!.cause!]!.actor).toBe('kubelet/node-1');
  });

  it('takes the grace period of the request before that of the Pod', () => {
    expect(outcomes(runOf({ manifests, actions: [deletion(POD, 0, 7)] }))[0]).toEqual({
      outcome: 'terminating',
      deletionGracePeriodSeconds: 7,
    });
  });

  it('forgets a Pod at once where the grace period is 0, while its containers still run', () => {
    const run = runOf({ manifests, actions: [deletion(POD, 0, 0)] });
    expect(outcomes(run)).toEqual([
      { outcome: 'terminating', deletionGracePeriodSeconds: 0 },
      { outcome: 'gone', deletionGracePeriodSeconds: 0 },
    ]);
    const { terminatingMs, podDeletedMs, exitedMs, terminalPhase } = podTimeline(run, POD);
    expect([terminatingMs, podDeletedMs]).toEqual([5, 10]);
    expect(exitedMs).toBeGreaterThan(5);
    expect(terminalPhase).toBeNull();
  });

  it.each([
    ['a shorter one shortens it', 10, { outcome: 'shortened', deletionGracePeriodSeconds: 10 }],
    ['an equal one changes nothing', 30, { outcome: 'unchanged' }],
    ['a longer one changes nothing', 60, { outcome: 'unchanged' }],
    ['0 begins the removal of the object', 0, { outcome: 'removing', deletionGracePeriodSeconds: 0 }],
  ])('takes a second DELETE: %s', (_, gracePeriodSeconds, second) => {
    const run = runOf({ manifests, actions: [deletion(POD), deletion(POD, 1_000, gracePeriodSeconds)] });
    expect(outcomes(run)[1]).toEqual(second);
  });

  it('keeps an object with a finalizer, marked as it is, whatever the kubelet asks', () => {
    const held = {
      manifests: [barePod({ finalizers: ['example.com/hold'] }), service()],
      actions: [deletion('web')],
    };
    expect(outcomes(runOf(held), 'web')).toEqual([
      { outcome: 'terminating', deletionGracePeriodSeconds: 30 },
      { outcome: 'shortened', deletionGracePeriodSeconds: 0 },
    ]);
    expect(podTimeline(runOf(held), 'web').podDeletedMs).toBeNull();
  });

  it('tells each watcher about a version once, and only the kubelet of its node', () => {
    const run = runOf({ manifests });
    const [first] = eventsOf(run, { type: 'deletePod', pod: POD });
    const told = run.trace.filter(({ type, cause }) => type === 'podObserved' && cause === first!.seq);
    expect(told.map(({ actor }) => actor).sort()).toEqual([
      'endpointslice-controller',
      'kubelet/node-1',
      'replicaset-controller',
    ]);
    expect(momentsOf(run, { type: 'podObserved', pod: POD, actor: 'kubelet/node-1' })[0]).toBe(6);
  });
});
