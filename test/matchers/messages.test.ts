import { describe, expect, it } from 'vitest';
import '../../src/vitest/index.ts';
import { simulate } from '../../src/run/simulate.ts';
import { apps } from '../../src/scenario/presets/index.ts';
import { barePod, deletion, execSleep, sleep, web } from '../report/scenarios.ts';
import { CONSTANT_DELAYS } from '../run/delays.ts';
import { messageOf } from './message-of.ts';

/** What a person reads when a matcher fails: in full, with delays that every seed draws alike. */

const delays = CONSTANT_DELAYS;
const noHook = deletion({ manifests: web(), delays });

describe('a failure tells verdict, culprit, timeline, fix and replay', () => {
  it('toBeSafe of a scenario', () => {
    expect(messageOf(() => expect(noHook).toBeSafe())).toMatchInlineSnapshot(`
      "expect(scenario).toBeSafe()

      UNSAFE: 200 failures in 200 runs: 100 % fail, at most 100 %, at 95 %.
      Worst run 0 (seed 3028758061568409): exposed for 39.8 ms, and 2 more violations.
      kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 39.8 ms after
      it had stopped accepting.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
          time  actor              what                                Pod      since cause
         0.000  kubectl            DELETE sent                         web-1-0
         5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
         6.000  kubelet/node-1     saw the deletion                    web-1-0       +1.000
         7.000  kubelet/node-1     starts to stop its containers       web-1-0       +1.000
        17.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)     web-1-0      +10.000
      ! 17.000  containers/node-1  web stops accepting                 web-1-0       +0.000
        21.000  containers/node-1  web exited, code 0                  web-1-0       +4.000
      ! 56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
      ! 56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
      ! 56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        … 4 more lines left out

      Fix: Set preStop to at least 40 ms (the worst run), in whole seconds 1, plus headroom for slower
           runs.
           findSafePreStop(scenario) looks for a value that is enough in every run.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('toBeSafe of one run', () => {
    expect(messageOf(() => expect(simulate(noHook, { seed: 7 })).toBeSafe())).toMatchInlineSnapshot(`
      "expect(run).toBeSafe()

      UNSAFE in this run (seed 7), which is one sample of the delays.
      Worst violation: exposed for 39.8 ms, and 2 more violations.
      kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 39.8 ms after
      it had stopped accepting.

      Pod web-1-0, seed 7. time: ms since the start; since cause: ms after the line that led to it.
      !: from here, or until here, a new connection could be lost.
          time  actor              what                                Pod      since cause
         0.000  kubectl            DELETE sent                         web-1-0
         5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
         6.000  kubelet/node-1     saw the deletion                    web-1-0       +1.000
         7.000  kubelet/node-1     starts to stop its containers       web-1-0       +1.000
        17.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)     web-1-0      +10.000
      ! 17.000  containers/node-1  web stops accepting                 web-1-0       +0.000
        21.000  containers/node-1  web exited, code 0                  web-1-0       +4.000
      ! 56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
      ! 56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
      ! 56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        … 4 more lines left out

      Fix: Set preStop to at least 40 ms (this run), in whole seconds 1, plus headroom for slower runs.
      Replay: simulate(run.scenario, { seed: 7 })"
    `);
  });

  it('toBeSafeWith', () => {
    const lb = deletion({
      manifests: web({ lifecycle: sleep(1) }),
      delays,
      routers: [{ name: 'lb', lag: '3s' }],
    });
    expect(messageOf(() => expect(lb).toBeSafeWith({ runs: 20, seed: 3 }))).toMatchInlineSnapshot(`
      "expect(scenario).toBeSafeWith({ runs: 20, seed: 3 })

      UNSAFE: 20 failures in 20 runs: 100 % fail, at most 100 %, at 95 %.
      Worst run 0 (seed 2633000203303972): exposed for 2.01 s.
      router/lb still sent connections to web-1-0 (container web) and let go of it 2.01 s after it had
      stopped accepting.

      Pod web-1-0, seed 2633000203303972. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
            time  actor              what                                Pod      since cause
           0.000  kubectl            DELETE sent                         web-1-0
           5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
           7.000  kubelet/node-1     preStop starts: web (sleep 1 s)     web-1-0       +2.000
          56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
          56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
          56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        1007.000  kubelet/node-1     preStop ended: web                  web-1-0    +1000.000
        1017.000  containers/node-1  SIGTERM → web (SIGKILL in 29 s)     web-1-0      +10.000
      ! 1017.000  containers/node-1  web stops accepting                 web-1-0       +0.000
      ! 3026.000  router/lb          routes: web-1-0 out                 web-1-0    +3021.000
        … 6 more lines left out

      Fix: Set preStop to at least 3.01 s (the worst run), in whole seconds 4, plus headroom for slower
           runs.
           findSafePreStop(scenario) looks for a value that is enough in every run.
      Replay: simulate(scenario, { seed: 2633000203303972 })"
    `);
  });

  it('toBeSafe of a hook that fails names the hook, too', () => {
    const distroless = deletion({
      manifests: web({ lifecycle: execSleep(5) }),
      delays,
      apps: { web: { preStop: { missingBinary: true } } },
    });
    expect(messageOf(() => expect(distroless).toBeSafeWith({ runs: 5 }))).toMatchInlineSnapshot(`
      "expect(scenario).toBeSafeWith({ runs: 5 })

      UNSAFE: 5 failures in 5 runs: 100 % fail, at most 100 %, at 95 %.
      Worst run 0 (seed 3028758061568409): exposed for 39.8 ms, and 2 more violations.
      kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 39.8 ms after
      it had stopped accepting.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
          time  actor              what                                          Pod      since cause
         0.000  kubectl            DELETE sent                                   web-1-0
         5.000  api-server         deletionTimestamp set (grace 30 s)            web-1-0       +5.000
         6.000  kubelet/node-1     saw the deletion                              web-1-0       +1.000
         7.000  kubelet/node-1     preStop starts: web (exec, fails after 0 ms)  web-1-0       +1.000
         7.000  kubelet/node-1     preStop failed: web                           web-1-0       +0.000
        17.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)               web-1-0      +10.000
      ! 17.000  containers/node-1  web stops accepting                           web-1-0       +0.000
      ! 56.328  kube-proxy/node-1  iptables rules without web-1-0                web-1-0      +51.328
      ! 56.328  kube-proxy/node-2  iptables rules without web-1-0                web-1-0      +51.328
      ! 56.328  kube-proxy/node-3  iptables rules without web-1-0                web-1-0      +51.328
        … 5 more lines left out

      Fix: The preStop hook that is there fails: mend it, or put a sleep in its place. Set preStop to at
           least 40 ms (the worst run), in whole seconds 1, plus headroom for slower runs.
           findSafePreStop(scenario) looks for a value that is enough in every run.
      Warning: The preStop hook of container web failed (FailedPreStopHook), so the process got its stop
               signal at once. Use a native sleep hook (Kubernetes 1.30 and newer), which needs no binary
               in the image, or fix the command.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('toFitTheGracePeriod', () => {
    const slow = deletion({
      manifests: web({ lifecycle: sleep(25) }),
      delays,
      apps: { web: apps.wellMade({ drain: '10s' }) },
    });
    expect(messageOf(() => expect(slow).toFitTheGracePeriod({ runs: 20 }))).toMatchInlineSnapshot(`
      "expect(scenario).toFitTheGracePeriod({ runs: 20 })

      DOES NOT FIT THE GRACE PERIOD: 20 failures in 20 runs: 100 % fail, at most 100 %, at 95 %.
      Worst run 0 (seed 3028758061568409): cutByKill for 5 s.
      SIGKILL ended container web 5 s after its stop signal; it needed 10 s, so requests in flight were
      cut.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
             time  actor              what                                Pod      since cause
            0.000  kubectl            DELETE sent                         web-1-0
            5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
            7.000  kubelet/node-1     preStop starts: web (sleep 25 s)    web-1-0       +2.000
           56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        25007.000  kubelet/node-1     preStop ended: web                  web-1-0   +25000.000
        25017.000  containers/node-1  SIGTERM → web (SIGKILL in 5 s)      web-1-0      +10.000
        25017.000  containers/node-1  web stops accepting                 web-1-0       +0.000
        30017.000  containers/node-1  SIGKILL → web                       web-1-0    +5000.000
        … 7 more lines left out

      Fix: Raise terminationGracePeriodSeconds to at least 36 (hook and drain), or shorten the hook or the
           drain.
      Replay: simulate(scenario, { seed: 3028758061568409 })"
    `);
  });

  it('toDropNoRequests, of manifests alone', () => {
    const manifests = barePod();
    expect(
      messageOf(() => expect({ manifests, delays }).toDropNoRequests({ runs: 10 })),
    ).toMatchInlineSnapshot(`
      "expect(input).toDropNoRequests({ runs: 10 })

      DROPS REQUESTS: 10 failures in 10 runs: 100 % fail, at most 100 %, at 95 %.
      Worst run 7 (seed 4836370874963282): noEndpoints for 930.8 ms, and 3 more violations.
      Service web had no usable endpoint on 3 routers and never got one again; every new connection was
      refused.

      all Pods, seed 4836370874963282. time: ms since the start; since cause: ms after the line that led
      to it.
      !: from here, or until here, a new connection could be lost.
           time  actor              what                                        Pod  since cause
          0.000  kubectl            DELETE sent                                 web
          5.000  api-server         deletionTimestamp set (grace 30 s)          web       +5.000
          6.000  kubelet/node-1     saw the deletion                            web       +1.000
          7.000  kubelet/node-1     starts to stop its containers               web       +1.000
         17.000  containers/node-1  SIGTERM → web (SIGKILL in 30 s)             web      +10.000
      !  17.000  containers/node-1  web stops accepting                         web       +0.000
         21.000  containers/node-1  web exited, code 0                          web       +4.000
      ! 196.030  kube-proxy/node-1  iptables rules without web; REJECT for web  web     +175.030
      ! 196.030  kube-proxy/node-2  iptables rules without web; REJECT for web  web     +175.030
      ! 196.030  kube-proxy/node-3  iptables rules without web; REJECT for web  web     +175.030
        … 4 more lines left out

      Fix: No one change is enough, these together are: Nobody makes a bare Pod anew: run web as a
           Deployment of two replicas or more, so that a ready endpoint is left while one Pod stops. Set
           preStop to at least 39 ms (the worst run), in whole seconds 1, plus headroom for slower runs.
           findSafePreStop(scenario) looks for a value that is enough in every run.
      Replay: simulate(defineScenario({ ...input, actions: [{ type: 'deletePod', pod: 'web' }] }), { seed: 4836370874963282 })
      Assumed: Pod web is deleted at 0 s, since no actions are given."
    `);
  });

  it('toHaveSafePreStop: none fits', () => {
    const short = deletion({
      manifests: web({ grace: 2 }),
      delays,
      routers: [{ name: 'lb', lag: '5s' }],
    });
    expect(messageOf(() => expect(short).toHaveSafePreStop({ runs: 5 }))).toMatchInlineSnapshot(`
      "expect(scenario).toHaveSafePreStop({ runs: 5 })

      NO SAFE preStop (graceTooShort): No hook of web that fits 2 s is long enough for the slowest router
      in every run.
      Tried: no value up to 2 s is safe in all 5 runs.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
            time  actor              what                               Pod      since cause
           0.000  kubectl            DELETE sent                        web-1-0
           5.000  api-server         deletionTimestamp set (grace 2 s)  web-1-0       +5.000
           7.000  kubelet/node-1     preStop starts: web (sleep 2 s)    web-1-0       +2.000
          56.328  kube-proxy/node-1  iptables rules without web-1-0     web-1-0      +51.328
          56.328  kube-proxy/node-2  iptables rules without web-1-0     web-1-0      +51.328
          56.328  kube-proxy/node-3  iptables rules without web-1-0     web-1-0      +51.328
        2007.000  kubelet/node-1     preStop ended: web                 web-1-0    +2000.000
        2017.000  containers/node-1  SIGTERM → web (SIGKILL in 2 s)     web-1-0      +10.000
      ! 2017.000  containers/node-1  web stops accepting                web-1-0       +0.000
      ! 5026.000  router/lb          routes: web-1-0 out                web-1-0    +5021.000
        … 6 more lines left out

      Fix: Raise terminationGracePeriodSeconds to at least 7 and set preStop to 6 s: with these every run
           is safe.
      Replay: simulate(applyPreStop(scenario, 2), { seed: 3028758061568409 })"
    `);
  });

  it('toHaveSafePreStop: too little room', () => {
    const drains = deletion({ manifests: web(), delays, apps: { web: { drain: '10s' } } });
    expect(
      messageOf(() => expect(drains).toHaveSafePreStop({ atLeastSeconds: 25, runs: 5 })),
    ).toMatchInlineSnapshot(`
      "expect(scenario).toHaveSafePreStop({ atLeastSeconds: 25, runs: 5 })

      SAFE preStop: 1 s to 19 s, 2 s recommended. None of 25 s or more is.
      Above 19 s: SIGKILL ended container web 10 s after its stop signal, just when it would have exited
      by itself, so requests in flight were cut.
      0 failures in 5 runs: fewer than 45 % fail, at 95 %.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
             time  actor              what                                Pod      since cause
            0.000  kubectl            DELETE sent                         web-1-0
            5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
            7.000  kubelet/node-1     preStop starts: web (sleep 20 s)    web-1-0       +2.000
           56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        20007.000  kubelet/node-1     preStop ended: web                  web-1-0   +20000.000
        20017.000  containers/node-1  SIGTERM → web (SIGKILL in 10 s)     web-1-0      +10.000
        20017.000  containers/node-1  web stops accepting                 web-1-0       +0.000
        30017.000  containers/node-1  SIGKILL → web                       web-1-0   +10000.000
        … 7 more lines left out

      Fix: Raise terminationGracePeriodSeconds by at least 6: each second more makes room for one more of
           preStop.
      Replay: simulate(applyPreStop(scenario, 20), { seed: 3028758061568409 })"
    `);
  });

  it('toHaveSafePreStop: more is needed', () => {
    const lb = deletion({ manifests: web(), delays, routers: [{ name: 'lb', lag: '12s' }] });
    expect(
      messageOf(() => expect(lb).toHaveSafePreStop({ atMostSeconds: 10, runs: 5 })),
    ).toMatchInlineSnapshot(`
      "expect(scenario).toHaveSafePreStop({ atMostSeconds: 10, runs: 5 })

      SAFE preStop: 13 s to 29 s, 20 s recommended. None of up to 10 s is.
      Below 13 s: router/lb let go last and needs 12.01 s (seed 3028758061568409).
      0 failures in 5 runs: fewer than 45 % fail, at 95 %.

      Pod web-1-0, seed 3028758061568409. time: ms since the start; since cause: ms after the line that
      led to it.
      !: from here, or until here, a new connection could be lost.
             time  actor              what                                Pod      since cause
            0.000  kubectl            DELETE sent                         web-1-0
            5.000  api-server         deletionTimestamp set (grace 30 s)  web-1-0       +5.000
            7.000  kubelet/node-1     preStop starts: web (sleep 12 s)    web-1-0       +2.000
           56.328  kube-proxy/node-1  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-2  iptables rules without web-1-0      web-1-0      +51.328
           56.328  kube-proxy/node-3  iptables rules without web-1-0      web-1-0      +51.328
        12007.000  kubelet/node-1     preStop ended: web                  web-1-0   +12000.000
        12017.000  containers/node-1  SIGTERM → web (SIGKILL in 18 s)     web-1-0      +10.000
      ! 12017.000  containers/node-1  web stops accepting                 web-1-0       +0.000
      ! 12026.000  router/lb          routes: web-1-0 out                 web-1-0   +12021.000
        … 6 more lines left out

      Fix: Allow at least 13 s of preStop (20 s recommended), or make that router let go sooner.
      Replay: simulate(applyPreStop(scenario, 12), { seed: 3028758061568409 })"
    `);
  });
});
