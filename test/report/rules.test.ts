import { describe, expect, it } from 'vitest';
import { simulate, TraceRequired } from '../../src/index.ts';
import { rulesAt } from '../../src/report/rules.ts';
import { barePod, deletion, roundDelays, sleep, web } from './scenarios.ts';

const delays = roundDelays();

describe('the rules of a node, as one reads iptables', () => {
  it('share connections evenly among the Pods', () => {
    const run = simulate(deletion({ manifests: web({ lifecycle: sleep(3) }), delays }));
    expect([0, 500].map((atMs) => rulesAt(run, 'node-1', atMs)).join('\n')).toMatchInlineSnapshot(`
      "node-1 at 0.000 ms
        Service web, port 80
          cluster IP    DNAT    web-1-0   33.33 %
                        DNAT    web-1-1   33.33 %
                        DNAT    web-1-2   33.33 %
      node-1 at 500.000 ms
        Service web, port 80
          cluster IP    DNAT    web-1-1   50.00 %
                        DNAT    web-1-2   50.00 %"
    `);
  });

  it('name a Pod that was made during the run', () => {
    const run = simulate(deletion({ manifests: web(), delays }));
    expect(rulesAt(run, 'node-2', run.endedAtMs)).toContain('web-1-3   33.33 %');
  });

  it('refuse where the Service has no endpoints', () => {
    const run = simulate(
      deletion({ manifests: barePod(), delays, actions: [{ type: 'deletePod', pod: 'web' }] }),
    );
    expect(rulesAt(run, 'node-3', run.endedAtMs)).toMatchInlineSnapshot(`
      "node-3 at 1100.159 ms
        Service web, port 80
          cluster IP    REJECT  with icmp-port-unreachable: the Service has no endpoints"
    `);
  });

  it('tell the entry from outside apart, and drop what a Local policy has no Pod for', () => {
    const service = { type: 'NodePort', externalTrafficPolicy: 'Local' };
    const run = simulate(deletion({ manifests: web({ replicas: 2, service }), delays }));
    expect(rulesAt(run, 'node-3', 0)).toMatchInlineSnapshot(`
      "node-3 at 0.000 ms
        Service web, port 80
          cluster IP    DNAT    web-1-0   50.00 %
                        DNAT    web-1-1   50.00 %
          from outside  DROP    the Service has endpoints, but none on this node (policy Local)"
    `);
  });

  it.each([
    ['is sent to where it has a ready Pod', 'node-1', '200     load balancers send to this node'],
    ['is left out where it has none', 'node-3', '503     no ready endpoint on this node'],
  ])('say what load balancers are told of a node: it %s', (_, node, expected) => {
    const service = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' };
    const run = simulate(deletion({ manifests: web({ replicas: 2, service }), delays }));
    expect(rulesAt(run, node, 0)).toContain(`health check  ${expected}`);
  });

  it('hold nothing for a headless Service', () => {
    const run = simulate(deletion({ manifests: web({ service: { clusterIP: 'None' } }), delays }));
    expect(rulesAt(run, 'node-1', 0)).toMatchInlineSnapshot(`
      "node-1 at 0.000 ms
        Service web
          headless: kube-proxy programs nothing; clients reach its Pods by the names that DNS gives them."
    `);
  });

  it('need a trace and a node that there is', () => {
    const scenario = deletion({ manifests: web(), delays });
    expect(() => rulesAt(simulate(scenario, { trace: 'none' }), 'node-1', 0)).toThrow(TraceRequired);
    expect(() => rulesAt(simulate(scenario), 'node-9', 0)).toThrow(/no node "node-9"/);
  });
});
