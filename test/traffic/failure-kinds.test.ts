import { describe, expect, it } from 'vitest';
import { apps, podTimeline } from '../../src/index.ts';
import { failureText } from '../../src/report/describe-failure.ts';
import { fixText } from '../../src/report/describe-fix.ts';
import { type AllDelays, CONSTANT_DELAYS } from '../run/delays.ts';
import { deployment, service } from '../run/manifests.ts';
import { flood, once, requestsOf, runWith } from './run.ts';

/** With constant delays the Pod's stop signal comes some 17 ms after its deletion at 1 s, and the rules go some 50 ms after it. */
describe('a new connection to a Pod that stops', () => {
  it('is refused after its listener has closed and before the rules let go of it', () => {
    // A seed in which no connection is with the kernel alone when the listener closes.
    const requests = requestsOf({ seed: 2, clients: [flood(1000)] });
    expect(Object.keys(requests.failed)).toEqual(['connectionRefused']);
    const [failures] = requests.failures;
    expect(failures).toMatchObject({
      pod: 'web-1-0',
      container: 'web',
      router: 'kube-proxy/node-2',
      component: 'kube-proxy/node-2',
      change: 'preStop',
    });
    expect(failures!.lateMs).toBeCloseTo(38.8, 1);
    expect(failureText(failures!, failures!.reason)).toBe(
      'kube-proxy/node-2 let go of web-1-0 38.8 ms after container web had stopped accepting.',
    );
  });

  it('succeeds throughout with a preStop that is longer than that', () => {
    const manifests = [deployment({ preStop: { sleep: { seconds: 1 } } }), service()];
    expect(requestsOf({ manifests, clients: [flood(1000)] }).failed).toEqual({});
  });

  it('makes the run unsafe, by a violation for each cause', () => {
    const { verdict } = runWith({ seed: 2, clients: [flood(1000)] });
    const violations = verdict.violations.filter(({ kind }) => kind === 'requestFailed');
    expect(violations).toMatchObject([
      { gating: true, pod: 'web-1-0', router: 'kube-proxy/node-2', port: 80 },
    ]);
    const last = violations[0]!.culprit.at(-1);
    expect(last).toMatchObject({ actor: 'kube-proxy/node-2', type: 'routesChanged' });
  });
});

describe('the only Pod of a Service', () => {
  const alone = [deployment({ replicas: 1 }), service()];

  it('is routed to until it has left its slice: reset in its handshake, refused, then silence once its network is gone', () => {
    const { failed } = requestsOf({ manifests: alone, clients: [flood(1000)] });
    expect(Object.keys(failed)).toEqual([
      'connectionRefused',
      'connectTimeout',
      'connectionReset',
      'noEndpoints',
    ]);
    expect(failed.connectionReset).toBe(1);
  });

  it('is unreachable by name where the network plugin says so', () => {
    const cluster = {
      version: '1.30',
      nodes: 3,
      network: { podGone: 'hostUnreachable', podGoneAfter: '10ms' },
    } as const;
    const { failed } = requestsOf({ manifests: alone, cluster, clients: [flood(1000)] });
    expect(Object.keys(failed)).toEqual([
      'connectionRefused',
      'hostUnreachable',
      'connectionReset',
      'noEndpoints',
    ]);
  });

  it('leaves the Service without an endpoint, and the refusals say so', () => {
    const { failures } = requestsOf({ manifests: alone, clients: [flood(1000)] });
    const refused = failures.find(({ kind }) => kind === 'noEndpoints');
    expect(refused).toMatchObject({ pod: null, component: 'Service web', change: 'replicas' });
  });
});

describe('a request in flight', () => {
  const slow = { request: { duration: '10s' } } as const;

  it('is finished in its own time by an app of which nothing else is known', () => {
    const { failed, succeeded, sent } = requestsOf({ clients: [flood(100, { ...slow, stop: '1s' })] });
    expect(failed).toEqual({});
    expect(succeeded).toBe(sent);
  });

  /** Requests of 60 s, and the Pod of one of three is deleted at 1 s with a grace period of 30 s. */
  const long = [flood(100, { request: { duration: '60s' }, requestTimeout: '5m', stop: '1s' })];

  it('is cut by SIGKILL where it needs longer than the grace period lasts', () => {
    for (const app of [{}, { drain: '60s' } as const, apps.goHttpShutdown()]) {
      const { verdict } = runWith({ apps: { web: app }, clients: long });
      const { failed, failures } = verdict.requests;
      expect(Object.keys(failed)).toEqual(['requestCut']);
      expect(failures[0]).toMatchObject({
        component: 'grace period of web-1-0',
        change: 'terminationGracePeriodSeconds',
        reason: { code: 'cutByKill' },
        fix: { code: 'moreGrace', seconds: 60 },
      });
      expect(verdict.grace['web-1-0']).toMatchObject({ sigkilled: true });
      const killed = verdict.violations.find(({ kind }) => kind === 'cutByKill')!;
      // Without a hook more is lost than what is cut: it takes a preStop as well, in the same sentence where the drain is described.
      const { fix } = killed;
      const [longer] = fix.code === 'together' ? fix.fixes : [fix];
      expect(longer).toMatchObject({ code: 'moreGrace', seconds: 'drain' in app && app.drain ? 64 : 60 });
    }
  });

  it("is cut by the app's own limit where that ends first, and is told so", () => {
    for (const app of [{ maxDrain: '20s' }, { drain: '60s', maxDrain: '20s' }] as const) {
      const { verdict } = runWith({ apps: { web: app }, clients: long });
      const [group] = verdict.requests.failures;
      expect(group).toMatchObject({ component: 'container web of web-1-0', change: 'drain' });
      expect(failureText(group!, group!.reason)).toContain('at its own limit of 20 s (maxDrain)');
      expect(fixText(group!.fix)).toContain("Raise the limit of web's own shutdown to at least 60 s");
      expect(verdict.grace['web-1-0']).toMatchObject({ sigkilled: false });
    }
  });

  it('keeps the process, its Pod, and whoever waits for the Pod to be gone', () => {
    const run = runWith({ clients: [flood(100, { ...slow, stop: '1s' })], trace: 'full' });
    const last = Math.max(
      ...run.trace
        .filter(({ type, pod }) => type === 'requestServed' && pod === 'web-1-0')
        .map(({ atMs }) => atMs),
    );
    const { exitedMs, podDeletedMs } = podTimeline(run, 'web-1-0');
    expect(exitedMs).toBe(last);
    expect(podDeletedMs).toBeGreaterThan(last);
  });

  it('is cut by SIGKILL where the app ignores the signal', () => {
    const clients = [flood(100, { request: { duration: '40s' }, requestTimeout: '60s', stop: '1s' })];
    const { failures } = requestsOf({ apps: { web: { onStopSignal: 'ignore' } }, clients });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ kind: 'requestCut', change: 'drain' });
    expect(fixText(failures[0]!.fix)).toContain('A longer grace period only puts off the cut.');
  });

  it('is cut at once where the app exits at once, crashes, or has drained for as long as described', () => {
    for (const app of [{ onStopSignal: 'exit' }, { onStopSignal: 'crash' }, { drain: '5s' }] as const) {
      const { failed } = requestsOf({ apps: { web: app }, clients: [flood(100, { ...slow, stop: '1s' })] });
      expect(Object.keys(failed)).toEqual(['requestCut']);
    }
  });

  it('is given up by its client after its timeout, and answered before it otherwise', () => {
    const { failed, failures } = requestsOf({
      clients: [flood(10, { request: { duration: '300ms' }, requestTimeout: '200ms', stop: '500ms' })],
    });
    expect(failed).toEqual({ requestTimeout: 5 });
    expect(failures[0]).toMatchObject({ change: 'requestTimeout' });
  });
});

describe('an app that takes its time to accept', () => {
  // Held up on its way: the kernel has taken the connection, and the app has not come round to it.
  const slow: AllDelays = { ...CONSTANT_DELAYS, 'app.accept': '30ms' };
  const clients = [flood(200, { start: '500ms', stop: '1s' })];
  const answered = (app: object) => requestsOf({ apps: { web: app }, delays: slow, clients });

  it.each(['drain', 'exit', 'crash'] as const)('loses what it had not accepted when it stops (%s)', (how) => {
    const { failed, failures } = answered({ onStopSignal: how });
    expect(Object.keys(failed)).toContain('connectionReset');
    const reset = failures.find(({ kind }) => kind === 'connectionReset')!;
    expect(failureText(reset, reset.reason)).toMatch(
      /^container web of web-1-0 closed its listener while connections waited in its accept backlog/,
    );
  });

  it('loses none of them where it accepts what has queued up', () => {
    const { failed } = answered({ loseBacklog: false, drain: '1s' });
    expect(failed.connectionReset).toBeUndefined();
  });

  it('answers later by as much', () => {
    const at = (delays: AllDelays) => {
      const run = runWith({ clients: [once(100)], delays, trace: 'full' });
      return run.trace.find(({ type }) => type === 'responseReceived')!.atMs;
    };
    expect(at(slow) - at(CONSTANT_DELAYS)).toBeCloseTo(30, 6);
  });
});

describe('a busy app', () => {
  const busy = { concurrency: 1, onStopSignal: 'drain', drain: '1s' } as const;
  const clients = [flood(100, { request: { duration: '100ms' }, stop: '1s' })];

  it('loses what waits in its accept backlog when it closes its listener', () => {
    const { failed, failures } = requestsOf({ apps: { web: busy }, clients });
    expect(failed.connectionReset).toBeGreaterThan(0);
    expect(failures.find(({ kind }) => kind === 'connectionReset')).toMatchObject({
      pod: 'web-1-0',
      change: 'drain',
    });
  });

  it('loses nothing where it accepts what has queued up', () => {
    const { failed } = requestsOf({ apps: { web: { ...busy, loseBacklog: false, drain: '9s' } }, clients });
    expect(failed).toEqual({});
  });

  it('drops first packets beyond its backlog, which come again after 1 s, 3 s …', () => {
    const app = { concurrency: 1, backlog: 0 };
    const crowd = [3000, 3010, 3020, 3030].map((at) => once(at, { request: { duration: '2s' } }));
    const manifests = [deployment({ replicas: 1 }), service()];
    const run = runWith({
      manifests,
      apps: { web: app },
      clients: crowd,
      actions: [{ type: 'deletePod', pod: 'web-1-0', at: '20s' }],
      trace: 'full',
    });
    const arrivals = run.trace.filter(({ type }) => type === 'connectionArrived').map(({ atMs }) => atMs);
    // One way takes 0.5 ms. The second one gives up after 5 s; the last ones get through in between.
    expect(arrivals).toEqual([
      3000.5, 3010.5, 3020.5, 3030.5, 4010.5, 4020.5, 4030.5, 6010.5, 6020.5, 6030.5,
    ]);
    expect(run.verdict.requests).toMatchObject({ succeeded: 2, failed: { connectTimeout: 2 } });
  });
});

describe('the loss of a node', () => {
  it('can only be met by another try: no hook runs there', () => {
    const actions = [{ type: 'nodeLost', node: 'node-1', at: '1s' }] as const;
    const { failures } = requestsOf({
      actions,
      clients: [flood(200, { connectTimeout: '500ms', stop: '3s' })],
    });
    expect(failures[0]).toMatchObject({ change: 'retry', pod: 'web-1-0' });
    expect(fixText(failures[0]!.fix)).toContain('Let clients retry on another connection.');
  });
});

describe('a Pod that was never asked to stop', () => {
  it('is named with its container, like any other', () => {
    const { failures, samples } = requestsOf({
      apps: { web: { startup: '3s' } },
      clients: [flood(20, { stop: '10s' })],
    });
    expect(failures.map(({ pod, container, component }) => [pod, container, component])).toContainEqual([
      'web-1-3',
      'web',
      'container web of web-1-3',
    ]);
    expect(samples.map(({ pod }) => pod)).toContain('web-1-3');
  });
});
