import { describe, expect, it } from 'vitest';
import {
  clients,
  criticalPath,
  defineScenario,
  findSafePreStop,
  formatRecording,
  fuzz,
  podTimeline,
  routers,
  simulate,
  sweepPreStop,
  toRecording,
  toTraceEventJson,
} from '../../src/index.ts';
import { deployment, service, sleeps } from './manifests.ts';

/** Times are whole microseconds inside, so no output shows the rests of a subtraction of milliseconds, as in 64100.037000000004. */

const scenario = defineScenario({
  manifests: [deployment({ preStop: sleeps(3) }), service()],
  apps: { web: { startup: '4.1s' } },
  routers: [routers.ingressNginx()],
  clients: [clients.nodeFetch({ from: { node: 'node-1' }, load: { ratePerSecond: 7 } })],
  actions: [{ type: 'rollingUpdate', deployment: 'web', at: '1.1s' }],
});
const run = simulate(scenario, { seed: 3 });
const small = defineScenario({
  manifests: [deployment({ replicas: 2 }), service()],
  actions: [{ type: 'deletePod', pod: 'web-1-1', at: '1.1s' }],
});

/** Estimates of probabilities are no times. */
const SHARES = new Set(['failureRate', 'headroom', 'share']);

function rests(value: unknown, path: string): readonly string[] {
  if (typeof value === 'number') return /\.\d{4}/.test(String(value)) ? [`${path}: ${value}`] : [];
  if (typeof value === 'string') {
    const rest = /\d\.\d{7,}/.exec(value);
    return rest === null ? [] : [`${path}: ${value.slice(Math.max(0, rest.index - 20), rest.index + 20)}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, own]) => (SHARES.has(key) ? [] : rests(own, `${path}.${key}`)));
}

describe('times in milliseconds have three decimals at most', () => {
  it.each<[string, () => unknown]>([
    ['in a verdict', () => run.verdict],
    ['in a trace', () => run.trace],
    ['in the story of a Pod', () => Object.keys(run.verdict.grace).map((pod) => podTimeline(run, pod))],
    ['in a critical path', () => criticalPath(run)],
    ['in a recording', () => formatRecording(toRecording(run))],
    ['in trace events', () => toTraceEventJson(run)],
    ['in a campaign', () => fuzz(small, { runs: 5, seed: 1 })],
    ['in a search', () => findSafePreStop(small, { runs: 3 })],
    ['in a sweep', () => sweepPreStop(small, { secondsTo: 2, runs: 2 })],
  ])('%s', (_, output) => {
    const plain: unknown = JSON.parse(JSON.stringify(output()));
    expect(rests(plain, '')).toEqual([]);
  });
});
