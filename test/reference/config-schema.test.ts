import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { withNamedPresets } from '../../src/cli/presets.ts';
import { configJsonSchema } from '../../src/reference/config-schema.ts';
import { bareNumberIssues } from '../../src/scenario/bare-numbers.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';

/** What the schema of prestop.config.yaml refuses the parser refuses, and the other way round. */

const ajv = new Ajv({ strict: false, allErrors: true });
const accepts = ajv.compile(configJsonSchema('0.0.0'));

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'i', ports: [{ containerPort: 80 }] }] },
};
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

/** As the command line reads a file, but for `accept` and the files that it names. */
function codesOf(config: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    const bare = bareNumberIssues(config);
    if (bare.length > 0) return bare.map(({ code }) => code);
    const { $schema: _, ...input } = withNamedPresets(config);
    // The name of a file with delays, which is not read here.
    const { delays } = input;
    if (typeof delays === 'string') return codesOf({ ...config, delays: {} });
    const manifests = [POD, SERVICE];
    const read = parseScenario({ actions: [{ type: 'deletePod', pod: 'web' }], ...input, manifests });
    return read.ok ? [] : read.issues.map(({ code }) => code);
  } catch {
    return ['preset'];
  }
}

type Config = Readonly<Record<string, unknown>>;

const GOOD: Readonly<Record<string, Config>> = {
  'nothing at all': {},
  'presets by their names': {
    cluster: 'gke',
    apps: { web: 'nginx' },
    routers: ['awsAlbIp'],
    clients: ['curlLoop@node-1'],
  },
  'presets with overrides': {
    cluster: { preset: 'gke130Calico', nodes: 5 },
    apps: { web: { preset: 'nginx', drain: '5s' } },
    routers: [{ preset: 'awsAlbIp', latency: '2ms' }],
    clients: [{ preset: 'goHttp', from: 'external', service: 'web' }],
  },
  'all of a cluster': {
    $schema: './schema.json',
    cluster: {
      name: 'mine',
      version: '1.33',
      platform: 'gke',
      nodes: [{ name: 'a', zone: 'z' }, { name: 'b' }],
      kubeProxy: { minSyncPeriod: '10s', mode: 'nftables' },
      controllerManager: { endpointUpdatesBatchPeriod: '500ms', kubeAPIQPS: 5 },
      network: { podGone: 'hostUnreachable', podGoneAfter: '3s' },
      kubelet: { syncFrequency: '1m' },
      churn: { endpointSliceUpdatesPerSecond: 2, services: 100 },
      delays: { 'watch.kubeProxy': { uniform: ['5ms', '300ms'] } },
    },
  },
  'another data plane': { cluster: { dataPlane: { cilium: { version: '1.19', socketLB: false } } } },
  'routers of parts': {
    routers: [
      { name: 'a', parts: [{ debounce: { quiet: '100ms', max: '10s' } }, { lag: '20ms' }] },
      {
        name: 'b',
        lag: {
          quantiles: [
            [0, '1s'],
            [1, '20s'],
          ],
        },
        pick: 'readyOnly',
        instances: 3,
      },
    ],
  },
  'clients in full': {
    clients: [
      {
        name: 'c',
        from: { node: 'node-1' },
        service: 'web',
        load: { concurrency: 2, pause: '10ms' },
        connection: { keepAlive: { pool: 2, idleTimeout: '90s' } },
        retry: { attempts: 3 },
        requestTimeout: '10s',
      },
    ],
  },
  actions: {
    actions: [
      { type: 'deletePod', pod: 'web', at: '1s', gracePeriodSeconds: 10 },
      { type: 'drainNode', node: 'node-1', at: '2s', force: true },
    ],
    delays: { 'apiServer.write': '5ms', 'app.exit': { exponential: { mean: '5ms', max: '1s' } } },
    horizon: '10m',
    ties: 'shuffled',
    limits: { maxEvents: 1_000_000 },
  },
};

/** What a slip may make of a value. */
const WRONG: readonly unknown[] = [null, true, -1, 3.5, 'nonsense', '5', [], {}, { surprise: 1 }, [[]]];

/** Every config with one value replaced, one key taken away or one added. */
function* mutations(value: unknown): Generator<unknown> {
  yield* WRONG;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const changed of mutations(item)) yield value.with(index, changed);
    return;
  }
  yield { ...value, surprise: 1 };
  for (const [key, item] of Object.entries(value)) {
    const { [key]: _, ...without } = value as Record<string, unknown>;
    yield without;
    for (const changed of mutations(item)) yield { ...value, [key]: changed };
  }
}

/** What no JSON Schema can say, as the parser's issues: names that do not exist, and what one object says of another. */
const BEYOND: readonly string[] = ['unknownPod', 'unknownNode', 'unknownService', 'notReachable'];

describe('the schema of prestop.config.yaml', () => {
  it.each(Object.entries(GOOD))('accepts %s, as the parser does', (_, config) => {
    expect(accepts(config), JSON.stringify(accepts.errors?.slice(0, 3))).toBe(true);
    expect(codesOf(config)).toEqual([]);
  });

  it.each(Object.entries(GOOD))('agrees with the parser about every slip in %s', (_, config) => {
    const disagreed: string[] = [];
    for (const mutated of mutations(config)) {
      if (typeof mutated !== 'object' || mutated === null || Array.isArray(mutated)) continue;
      const [said, codes] = [accepts(mutated), codesOf(mutated as Config)];
      if (said === (codes.length === 0) || (said && codes.every((code) => BEYOND.includes(code)))) continue;
      disagreed.push(
        `${said ? `the parser alone (${codes})` : 'the schema alone'}: ${JSON.stringify(mutated)}`,
      );
    }
    expect([...new Set(disagreed)]).toEqual([]);
  });
});
