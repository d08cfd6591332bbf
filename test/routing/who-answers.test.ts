import { describe, expect, it } from 'vitest';
import { defineScenario, simulate } from '../../src/index.ts';
import { SELECTION_RULES } from '../../src/rules/routers/select-endpoints.ts';
import { deployment, service, sleeps } from '../run/manifests.ts';

/**
 * One replica, rolled with maxSurge 0, behind a router of each selection rule, side by side: its preStop ends after 10 s, the new Pod is
 * up after 15 s. What a client of each router meets while the old Pod serves, between the two, and after.
 */

const one = deployment({
  replicas: 1,
  preStop: sleeps(10),
  readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 },
});
const strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
const nameOf = (rule: string): string => rule.toLowerCase();

const run = simulate(
  defineScenario({
    manifests: [{ ...one, spec: { ...one.spec, strategy } }, service()],
    cluster: { version: '1.34', nodes: 2 },
    apps: { web: { startup: '15s' } },
    actions: [{ type: 'rolloutRestart', deployment: 'web' }],
    routers: SELECTION_RULES.map((pick) => ({ name: nameOf(pick), pick, parts: [] })),
    clients: SELECTION_RULES.map((pick) => ({
      name: nameOf(pick),
      from: 'external',
      load: { ratePerSecond: 5 },
      stop: '25s',
      through: { router: nameOf(pick) },
    })),
  }),
  { seed: 1 },
);

/** What the requests of a rule's client meet between two seconds, each word once. */
function met(rule: string, from: number, to: number): string {
  const words: Readonly<Record<string, string>> = {
    responseReceived: 'answered',
    noEndpoints: 'nobody',
    connectionRefused: 'refused',
  };
  const outcomes = run.trace.flatMap(({ actor, type, atMs, data }) => {
    if (actor !== `client/${nameOf(rule)}` || atMs < from * 1000 || atMs > to * 1000) return [];
    if (type === 'responseReceived') return [words[type]!];
    return type === 'requestFailed' ? [words[(data as { readonly kind: string }).kind]!] : [];
  });
  return [...new Set(outcomes)].sort().join(', ');
}

describe('X3.4 one replica with maxSurge 0: who answers', () => {
  it.each([
    // The fall-back keeps the old Pod for as long as it serves.
    ['readyElseServingTerminating', 'answered', 'nobody', 'answered'],
    ['readyOrServing', 'answered', 'nobody', 'answered'],
    // Nobody is ready from the deletion on.
    ['readyOnly', 'nobody', 'nobody', 'answered'],
    // New clients have no cookie that names the old Pod.
    ['servingFenced', 'nobody', 'nobody', 'answered'],
    // Below half all are used: the old Pod, and the new one that does not accept yet.
    ['drainingPanic', 'answered, refused', 'refused', 'answered'],
    // What is not ready yet stays, and is left to health checks, of which there are none here.
    ['notTerminating', 'refused', 'refused', 'answered'],
  ])('%s', (rule, serving, between, after) => {
    expect([met(rule, 1, 9.5), met(rule, 11.5, 14.5), met(rule, 18, 25)]).toEqual([serving, between, after]);
  });

  it('the nodes send to the old Pod but those of Calico eBPF', () => {
    const refused = (dataPlane: 'kubeProxy' | 'cilium' | 'calicoEbpf') =>
      simulate(
        defineScenario({
          manifests: [{ ...one, spec: { ...one.spec, strategy } }, service()],
          cluster: { version: '1.34', nodes: 2, dataPlane },
          apps: { web: { startup: '15s' } },
          actions: [{ type: 'rolloutRestart', deployment: 'web' }],
          clients: [
            { name: 'c', from: { node: 'node-2' }, load: { ratePerSecond: 5 }, start: '3s', stop: '9s' },
          ],
        }),
        { seed: 1, trace: 'none' },
      ).verdict.requests!.failed;
    expect([refused('kubeProxy'), refused('cilium')]).toEqual([{}, {}]);
    expect(Object.keys(refused('calicoEbpf'))).toEqual(['noEndpoints']);
  });
});
