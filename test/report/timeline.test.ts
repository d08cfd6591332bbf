import { describe, expect, it } from 'vitest';
import {
  type AppInput,
  apps,
  clusters,
  routers,
  type Scenario,
  simulate,
  TraceRequired,
} from '../../src/index.ts';
import { formatTimeline } from '../../src/report/timeline.ts';
import { barePod, deletion, execSleep, roundDelays, sleep, web } from './scenarios.ts';

const delays = roundDelays();
const hooked = simulate(deletion({ manifests: web({ lifecycle: sleep(2) }), delays }));
const exposed = simulate(
  deletion({ manifests: web({ probe: false }), delays, cluster: { version: '1.30', nodes: 2 } }),
);

describe('a timeline', () => {
  it('tells who knew what when', () => {
    expect(formatTimeline(hooked)).toMatchInlineSnapshot(`
      "all Pods, seed 0. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
            time  actor              what                                             Pod      since cause
           0.000  kubectl            DELETE sent                                      web-1-0
          10.000  api-server         deletionTimestamp set (grace 30 s)               web-1-0      +10.000
          20.000  kubelet/node-1     saw the deletion                                 web-1-0      +10.000
          30.000  kubelet/node-1     preStop starts: web (sleep 2 s)                  web-1-0      +10.000
          40.000  api-server         created                                          web-1-3      +30.000
          50.000  api-server         EndpointSlice web: ready=false (serving,         web-1-0      +40.000
                                       terminating)
          60.000  api-server         bound to node-1                                  web-1-3      +20.000
          70.328  kube-proxy/node-1  iptables rules without web-1-0                   web-1-0      +20.328
          70.328  kube-proxy/node-2  iptables rules without web-1-0                   web-1-0      +20.328
          70.328  kube-proxy/node-3  iptables rules without web-1-0                   web-1-0      +20.328
         590.000  api-server         Running                                          web-1-3     +530.000
         610.000  api-server         Ready                                            web-1-3      +20.000
         630.000  api-server         EndpointSlice web: ready=true                    web-1-3      +40.000
        1090.756  kube-proxy/node-1  iptables rules with web-1-3                      web-1-3     +460.756
        1090.756  kube-proxy/node-2  iptables rules with web-1-3                      web-1-3     +460.756
        1090.756  kube-proxy/node-3  iptables rules with web-1-3                      web-1-3     +460.756
        2030.000  kubelet/node-1     preStop ended: web                               web-1-0    +2000.000
        2040.000  containers/node-1  SIGTERM → web (SIGKILL in 28 s)                  web-1-0      +10.000
        2040.000  containers/node-1  web stops accepting                              web-1-0       +0.000
        2050.000  containers/node-1  web exited, code 0                               web-1-0      +10.000
        2080.000  api-server         phase Succeeded                                  web-1-0      +30.000
        2120.000  api-server         EndpointSlice web: endpoint removed              web-1-0      +40.000
        2345.909  api-server         object gone                                      web-1-0     +295.909"
    `);
  });

  it('names the stop signal of the image', () => {
    const text = (app: AppInput) =>
      formatTimeline(simulate(deletion({ manifests: web(), delays, apps: { web: app } })));
    expect(text(apps.nginx())).toContain('SIGQUIT → web (SIGKILL in 30 s)');
    expect(text({ stopSignal: 'SIGUSR1' })).toContain('SIGUSR1 → web (SIGKILL in 30 s)');
    expect(text({})).toContain('SIGTERM → web (SIGKILL in 30 s)');
  });

  it('marks where a connection could be lost, and leaves out what is about other Pods', () => {
    expect(formatTimeline(exposed, { pod: 'web-1-0' })).toMatchInlineSnapshot(`
      "Pod web-1-0, seed 0. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
           time  actor              what                                              Pod      since cause
          0.000  kubectl            DELETE sent                                       web-1-0
         10.000  api-server         deletionTimestamp set (grace 30 s)                web-1-0      +10.000
         20.000  kubelet/node-1     saw the deletion                                  web-1-0      +10.000
         30.000  kubelet/node-1     starts to stop its containers                     web-1-0      +10.000
         40.000  api-server         EndpointSlice web: ready=false (serving,          web-1-0      +30.000
                                      terminating)
         50.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)                   web-1-0      +20.000
      !  50.000  containers/node-1  web stops accepting                               web-1-0       +0.000
         60.000  containers/node-1  web exited, code 0                                web-1-0      +10.000
      !  60.328  kube-proxy/node-1  iptables rules without web-1-0                    web-1-0      +20.328
      !  60.328  kube-proxy/node-2  iptables rules without web-1-0                    web-1-0      +20.328
         90.000  api-server         phase Succeeded                                   web-1-0      +30.000
        120.000  api-server         EndpointSlice web: endpoint removed               web-1-0      +30.000
        325.909  api-server         object gone                                       web-1-0     +265.909"
    `);
  });

  it('keeps what matters most where lines are few', () => {
    expect(formatTimeline(exposed, { maxLines: 6 })).toMatchInlineSnapshot(`
      "all Pods, seed 0. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
          time  actor              what                             Pod      since cause
         0.000  kubectl            DELETE sent                      web-1-0
        30.000  kubelet/node-1     starts to stop its containers    web-1-0      +30.000
        50.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)  web-1-0      +20.000
      ! 50.000  containers/node-1  web stops accepting              web-1-0       +0.000
      ! 60.328  kube-proxy/node-1  iptables rules without web-1-0   web-1-0      +60.328
      ! 60.328  kube-proxy/node-2  iptables rules without web-1-0   web-1-0      +60.328
        … 13 more lines left out"
    `);
  });

  it('shows a hook that is cut off, a kill, and a Service without endpoints', () => {
    const manifests = barePod({ lifecycle: execSleep(9), grace: 3 });
    const run = simulate(
      deletion({
        manifests,
        delays,
        apps: { web: apps.shellAsPid1() },
        actions: [{ type: 'deletePod', pod: 'web' }],
      }),
    );
    expect(formatTimeline(run)).toMatchInlineSnapshot(`
      "all Pods, seed 0. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
            time  actor              what                                                 Pod  since cause
           0.000  kubectl            DELETE sent                                          web
          10.000  api-server         deletionTimestamp set (grace 3 s)                    web      +10.000
          20.000  kubelet/node-1     saw the deletion                                     web      +10.000
          30.000  kubelet/node-1     preStop starts: web (exec 9 s)                       web      +10.000
          50.000  api-server         EndpointSlice web: ready=false (serving,             web      +40.000
                                       terminating)
        3030.000  kubelet/node-1     preStop cut off by the grace period: web             web    +3000.000
        3040.000  containers/node-1  SIGTERM → web (SIGKILL in 2 s)                       web      +10.000
      ! 5040.000  containers/node-1  SIGKILL → web                                        web    +2000.000
        5070.000  api-server         phase Failed                                         web      +30.000
        5110.000  api-server         EndpointSlice web: endpoint removed                  web      +40.000
      ! 5130.030  kube-proxy/node-1  iptables rules without web; REJECT for web           web      +20.030
      ! 5130.030  kube-proxy/node-2  iptables rules without web; REJECT for web           web      +20.030
      ! 5130.030  kube-proxy/node-3  iptables rules without web; REJECT for web           web      +20.030
        5375.909  api-server         object gone                                          web     +335.909"
    `);
  });

  it('shows every event where all are wanted', () => {
    const lines = formatTimeline(hooked, { all: true }).split('\n');
    const told = lines.filter((line) => /^[! ] +\d+\.\d{3} /.test(line));
    expect(told.length).toBe(hooked.trace.length);
    expect(lines.slice(3, 9).join('\n')).toMatchInlineSnapshot(`
      "     0.000  kubectl                   DELETE sent                               web-1-0
          10.000  api-server                deletionTimestamp set (grace 30 s)        web-1-0      +10.000
          20.000  kubelet/node-1            saw the deletion                          web-1-0      +10.000
          20.000  endpointslice-controller  saw the deletion                          web-1-0      +10.000
          20.000  replicaset-controller     saw the deletion                          web-1-0      +10.000
          30.000  kubelet/node-1            starts to stop its containers             web-1-0      +10.000"
    `);
  });

  it('has colour only where it is asked for', () => {
    const esc = String.fromCharCode(27);
    expect(formatTimeline(hooked)).not.toContain(esc);
    const colored = formatTimeline(hooked, { color: true });
    expect(colored).toContain(esc);
    expect(colored.replaceAll(new RegExp(`${esc}\\[[0-9;]*m`, 'g'), '')).toBe(formatTimeline(hooked));
  });

  it('needs a trace, a Pod that there was, and a line', () => {
    const { scenario } = hooked;
    expect(() => formatTimeline(simulate(scenario, { trace: 'none' }))).toThrow(TraceRequired);
    expect(() => formatTimeline(hooked, { pod: 'web' })).toThrow(/no.* Pod "web" .*web-1-0, web-1-3/);
    expect(() => formatTimeline(hooked, { maxLines: 0 })).toThrow(RangeError);
  });
});

const longName = { metadata: { name: 'a-deployment-with-a-name-of-some-length' } };
const scenarios: readonly Scenario[] = [
  deletion({ manifests: web({ services: ['a', 'b'] }), cluster: clusters.gke130Calico() }),
  deletion({ manifests: web({ replicas: 1 }), routers: [routers.awsNlbIp()] }),
  deletion({
    manifests: web().map((object) => ({ ...object, ...longName })),
    actions: [{ type: 'deletePod', pod: 'a-deployment-with-a-name-of-some-length-1-0' }],
  }),
];

describe('every timeline', () => {
  it.each(scenarios)('is at most 100 columns wide and tells time in order', (scenario) => {
    for (let seed = 0; seed < 20; seed++) {
      const run = simulate(scenario, { seed });
      for (const all of [false, true]) {
        const lines = formatTimeline(run, { all }).split('\n');
        expect(lines.filter((line) => line.length > 100)).toEqual([]);
        const times = lines.slice(2).flatMap((line) => /^[! ] +(\d+\.\d{3}) /.exec(line)?.[1] ?? []);
        expect(times.map(Number)).toEqual(times.map(Number).sort((a, b) => a - b));
      }
    }
  });
});
