import { describe, expect, it } from 'vitest';
import '../../src/vitest/index.ts';
import { podTimeline, simulate } from '../../src/run/simulate.ts';
import { deletion, execSleep, sleep, web } from '../report/scenarios.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';

/** Runs end before the Pod's object is gone: when that is depends on the phase of the kubelet's relist, which is drawn. */
const delays = CONSTANT_DELAYS;
const run = simulate(deletion({ manifests: web({ lifecycle: sleep(5) }), delays, horizon: '5200ms' }));

describe('snapshots', () => {
  it('print a Pod timeline in order of time', () => {
    expect(podTimeline(run, 'web-1-0')).toMatchInlineSnapshot(`
      Pod web-1-0 on node-1
           0.000 ms  DELETE sent
           5.000 ms  deletionTimestamp set
           6.000 ms  kubelet saw the deletion
           7.000 ms  preStop starts
          23.000 ms  terminating in its EndpointSlice
          56.328 ms  rules of node-1 no longer send to it
          56.328 ms  rules of node-2 no longer send to it
          56.328 ms  rules of node-3 no longer send to it
        5007.000 ms  preStop completed
        5017.000 ms  stop signal
        5017.000 ms  stops accepting
        5021.000 ms  exited, code 0
        5146.000 ms  phase Succeeded
        5164.000 ms  out of its EndpointSlice
    `);
  });

  it('print one of several containers by their names', () => {
    const sidecar = { name: 'proxy', image: 'proxy', lifecycle: execSleep(40) };
    const scenario = deletion({
      manifests: web({ lifecycle: sleep(1), containers: [sidecar], probe: false }),
      horizon: '30200ms',
      delays,
      routers: [{ name: 'lb', lag: '2s' }],
    });
    expect({ timeline: podTimeline(simulate(scenario), 'web-1-0') }).toMatchInlineSnapshot(`
      {
        "timeline": Pod web-1-0 on node-1
              0.000 ms  DELETE sent
              5.000 ms  deletionTimestamp set
              6.000 ms  kubelet saw the deletion
              7.000 ms  web: preStop starts
              7.000 ms  proxy: preStop starts
             23.000 ms  terminating in its EndpointSlice
             56.328 ms  rules of node-1 no longer send to it
             56.328 ms  rules of node-2 no longer send to it
             56.328 ms  rules of node-3 no longer send to it
           1007.000 ms  web: preStop completed
           1017.000 ms  web: stop signal
           1017.000 ms  web: stops accepting
           1021.000 ms  web: exited, code 0
           2026.000 ms  lb no longer sends to it
          30007.000 ms  proxy: preStop cut off
          30017.000 ms  proxy: stop signal
          30017.000 ms  proxy: stops accepting
          30021.000 ms  proxy: exited, code 0
          30146.000 ms  phase Succeeded
          30164.000 ms  out of its EndpointSlice,
      }
    `);
  });

  it('print a run as its verdict and its timeline', () => {
    expect(run).toMatchInlineSnapshot(`
      SAFE: margin 4.96 s, required preStop 40 ms
      all Pods, seed 0. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
            time  actor              what                                             Pod      since cause
           0.000  kubectl            DELETE sent                                      web-1-0
           5.000  api-server         deletionTimestamp set (grace 30 s)               web-1-0       +5.000
           6.000  kubelet/node-1     saw the deletion                                 web-1-0       +1.000
           7.000  kubelet/node-1     preStop starts: web (sleep 5 s)                  web-1-0       +1.000
          22.000  api-server         created                                          web-1-3      +17.000
          23.000  api-server         EndpointSlice web: ready=false (serving,         web-1-0      +18.000
                                       terminating)
          44.000  api-server         bound to node-1                                  web-1-3      +22.000
          56.328  kube-proxy/node-1  iptables rules without web-1-0                   web-1-0      +33.328
          56.328  kube-proxy/node-2  iptables rules without web-1-0                   web-1-0      +33.328
          56.328  kube-proxy/node-3  iptables rules without web-1-0                   web-1-0      +33.328
         605.000  api-server         Running                                          web-1-3     +561.000
         623.000  api-server         EndpointSlice web: ready=false                   web-1-3      +18.000
         646.000  api-server         Ready                                            web-1-3      +41.000
         664.000  api-server         EndpointSlice web: ready=true                    web-1-3      +18.000
        1096.756  kube-proxy/node-1  iptables rules with web-1-3                      web-1-3     +473.756
        1096.756  kube-proxy/node-2  iptables rules with web-1-3                      web-1-3     +473.756
        1096.756  kube-proxy/node-3  iptables rules with web-1-3                      web-1-3     +473.756
        5007.000  kubelet/node-1     preStop ended: web                               web-1-0    +5000.000
        5017.000  containers/node-1  SIGTERM → web (SIGKILL in 25 s)                  web-1-0      +10.000
        5017.000  containers/node-1  web stops accepting                              web-1-0       +0.000
        5021.000  containers/node-1  web exited, code 0                               web-1-0       +4.000
        5146.000  api-server         phase Succeeded                                  web-1-0     +125.000
        5164.000  api-server         EndpointSlice web: endpoint removed              web-1-0      +18.000
    `);
  });

  it('print a run without a trace as its verdict', () => {
    expect(simulate(run.scenario, { seed: 4, trace: 'none' })).toMatchInlineSnapshot(
      `SAFE: margin 4.96 s, required preStop 40 ms (seed 4, no trace)`,
    );
    expect(
      simulate(deletion({ manifests: web().slice(0, 1), delays }), { trace: 'none' }),
    ).toMatchInlineSnapshot(
      `UNSAFE: no margin, no preStop that would do (nothingToJudge) (seed 0, no trace)`,
    );
  });

  it('leave everything else alone', () => {
    expect({ pod: 'web-1-0', verdict: 'safe' }).toMatchInlineSnapshot(`
      {
        "pod": "web-1-0",
        "verdict": "safe",
      }
    `);
  });
});
