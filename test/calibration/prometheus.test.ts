import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibration/calibrate.ts';
import { parseMetrics, type Scrape } from '../../src/calibration/prometheus.ts';
import { twoTables } from '../../src/calibration/prometheus-sites.ts';

function scrape(text: string, name = 'metrics'): Scrape {
  const parsed = parseMetrics(text, name);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.scrape;
}

const KUBE_PROXY = (metric: string, counts: readonly number[], label = '') => `
# HELP ${metric} [ALPHA] SyncProxyRules latency in seconds
# TYPE ${metric} histogram
${metric}_bucket{${label}le="0.016"} ${counts[0]}
${metric}_bucket{${label}le="0.032"} ${counts[1]}
${metric}_bucket{${label}le="+Inf"} ${counts[2]}
${metric}_sum${label === '' ? '' : `{${label.slice(0, -1)}}`} 1.5
${metric}_count${label === '' ? '' : `{${label.slice(0, -1)}}`} ${counts[2]}
`;

describe('the text of a /metrics page', () => {
  it('is read with its labels, escapes, time stamps and exemplars', () => {
    const { histograms, atMs } = scrape(
      'm_bucket{a="x\\"y\\\\z\\n,}",le="0.1",} 3 # {trace_id="abc"} 0.07 1520879607.789\n' +
        'm_bucket{a="x\\"y\\\\z\\n,}",le="+Inf"} 4 1795450015900\n# EOF\n',
    );
    expect(histograms).toEqual([
      {
        metric: 'm',
        labels: { a: 'x"y\\z\n,}' },
        buckets: [
          [0.1, 3],
          [Number.POSITIVE_INFINITY, 4],
        ],
      },
    ]);
    expect(atMs).toBe(1795450015900);
  });

  it.each([
    ['no metric', '<html>', 'm:1: is no line'],
    ['an open brace', 'a{b="c" 1', 'm:1: is no line'],
    ['a word for a number', 'a 1\nb two', 'm:2: is no line'],
    ['nothing but comments', '# HELP a b', 'm: holds no metrics'],
    ['another JSON', '{"data":{}}', 'm: is no answer of Prometheus'],
  ] as const)('is refused where it holds %s', (_, text, message) => {
    expect(parseMetrics(text, 'm')).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  it('is read from an answer of Prometheus, too', () => {
    const metric = { __name__: 'kubelet_pleg_relist_duration_seconds_bucket' };
    const result = [
      { metric: { ...metric, le: '0.005' }, value: [1795450015.9, '90'] },
      { metric: { ...metric, le: '+Inf' }, value: [1795450015.9, '90'] },
    ];
    const read = scrape(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    const { sites, date } = calibrate({ scrapes: [read] });
    expect(sites['kubelet.plegRelist']).toMatchObject({ n: 90, confidence: 'measured' });
    expect(date).toBe('2026-11-23');
  });
});

describe('a histogram', () => {
  it('gives two tables, one for each edge of the buckets', () => {
    const { low, high } = twoTables([
      [0.005, 50],
      [0.025, 100],
      [Number.POSITIVE_INFINITY, 100],
    ]);
    expect(low.find(([p]) => p === 0.5)).toEqual([0.5, 0]);
    expect(high.find(([p]) => p === 0.5)).toEqual([0.5, 5]);
    expect(low.find(([p]) => p === 0.9)).toEqual([0.9, 5]);
    expect(high.find(([p]) => p === 0.9)).toEqual([0.9, 25]);
  });

  it.each([
    ['1.26', 'kubeproxy_sync_proxy_rules_duration_seconds', ''],
    ['1.30', 'kubeproxy_sync_partial_proxy_rules_duration_seconds', ''],
    ['1.36', 'kubeproxy_sync_partial_proxy_rules_duration_seconds', 'ip_family="IPv4",'],
  ])('of kube-proxy %s is found under its name, and says since when', (_, metric, label) => {
    const text = KUBE_PROXY(metric, [10, 19, 20], label);
    const { sites } = calibrate({ scrapes: [scrape(text)] });
    expect(sites['kubeProxy.sync']).toMatchObject({
      n: 20,
      source: `${metric}, since the component started`,
    });
    expect(sites['kubeProxy.sync']?.estimate).toBeUndefined();
  });

  it('of two scrapes counts what happened between them', () => {
    const metric = 'kubeproxy_sync_proxy_rules_duration_seconds';
    const scrapes = [
      scrape(KUBE_PROXY(metric, [100, 100, 100])),
      scrape(KUBE_PROXY(metric, [100, 140, 140])),
    ];
    const site = calibrate({ scrapes }).sites['kubeProxy.sync'];
    expect(site).toMatchObject({ n: 40, source: `${metric}, between two scrapes` });
    expect(site?.optimistic[0]).toEqual([0, 16]);
  });

  it('of a component that started anew meanwhile counts since then', () => {
    const metric = 'kubeproxy_sync_proxy_rules_duration_seconds';
    const scrapes = [scrape(KUBE_PROXY(metric, [100, 100, 100])), scrape(KUBE_PROXY(metric, [5, 5, 5]))];
    expect(calibrate({ scrapes }).sites['kubeProxy.sync']?.n).toBe(5);
  });

  it('of network programming is a check of the sum, and no site', () => {
    const text = KUBE_PROXY('kubeproxy_network_programming_duration_seconds', [1, 1, 1]);
    const { sites, notes } = calibrate({ scrapes: [scrape(text)] });
    expect(sites).toEqual({});
    expect(notes[0]).toContain('times readiness, never a deletion');
  });

  it('of stale syncs is a share that a rule makes', () => {
    const text =
      'endpoint_slice_controller_syncs{result="success"} 97\nendpoint_slice_controller_syncs{result="stale"} 3\n';
    expect(calibrate({ scrapes: [scrape(text)] }).modes).toEqual([{ mode: 'staleSlice', count: 3, of: 100 }]);
  });
});
