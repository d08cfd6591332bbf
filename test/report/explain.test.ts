import { describe, expect, it } from 'vitest';
import { apps, clusters, routers, type Scenario, simulate } from '../../src/index.ts';
import { explain } from '../../src/report/explain.ts';
import { barePod, deletion, execSleep, roundDelays, sleep, web } from './scenarios.ts';

const delays = roundDelays();
const cluster = { version: '1.30', nodes: 2 } as const;
const bare = deletion({
  manifests: barePod(),
  cluster,
  delays,
  actions: [{ type: 'deletePod', pod: 'web' }],
});
const single = deletion({ manifests: web({ replicas: 1 }), cluster, delays });
const published = deletion({
  manifests: web({ service: { publishNotReadyAddresses: true } }),
  cluster,
  delays,
});
const hard = deletion({
  manifests: web({ lifecycle: execSleep(20), grace: 10 }),
  apps: { web: { drain: '5s' } },
  cluster,
  delays,
});

/** All but what the verdict rests on and the last sentence, which every explanation ends with. */
function story(scenario: Scenario): string {
  const text = explain(simulate(scenario));
  return text.slice(0, text.indexOf('\n\nThis rests on'));
}

describe('an explanation', () => {
  it('shows each router that was late, and adds up the preStop that would have been enough', () => {
    const text = explain(simulate(deletion({ manifests: web(), cluster, delays })));
    expect(text.replace(/\d+ given/, 'all given')).toMatchInlineSnapshot(`
      "UNSAFE: margin -20.3 ms, required preStop 31 ms (kube-proxy/node-1).
      2 violations (2 × exposed).

      1. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-1
         from 50.000 ms to 70.328 ms (20.3 ms)
         kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 20.3 ms
         after it had stopped accepting.
         Causes, up to the end of the window:
                0.000              kubectl: DELETE sent
               10.000     +10.000  api-server: deletionTimestamp set (grace 30 s)
               20.000     +10.000  endpointslice-controller: saw the deletion
               20.000      +0.000  endpointslice-controller: Service queued for a sync
               30.000     +10.000  endpointslice-controller: sync: lists the Pods, compares
               40.000     +10.000  api-server: EndpointSlice web: web-1-0 ready=false (serving,
                                               terminating)
               50.000     +10.000  kube-proxy/node-1: received the slice
               60.328     +10.328  kube-proxy/node-1: iptables rules without web-1-0
               70.328     +10.000  kube-proxy/node-1: its last connection has arrived at the Pod
         Fix: Set preStop to at least 31 ms (this run), in whole seconds 1, plus headroom for slower runs.

      2. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-2
         from 50.000 ms to 70.328 ms (20.3 ms)
         kube-proxy/node-2 still sent connections to web-1-0 (container web) and let go of it 20.3 ms
         after it had stopped accepting.
         Causes, as for 1 up to 40.000 ms, and then:
               50.000     +10.000  kube-proxy/node-2: received the slice
               60.328     +10.328  kube-proxy/node-2: iptables rules without web-1-0
               70.328     +10.000  kube-proxy/node-2: its last connection has arrived at the Pod
         Fix: as for 1.

      Critical path of the required preStop: container web of Pod web-1-0, against kube-proxy/node-1
      (Service web, port 80)
        Until the last router has let go:
               +10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               +10.000 ms  endpointslice-controller: saw the deletion
                +0.000 ms  endpointslice-controller: Service queued for a sync
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares
               +10.000 ms  api-server: EndpointSlice web: web-1-0 ready=false (serving, terminating)
               +10.000 ms  kube-proxy/node-1: received the slice
               +10.328 ms  kube-proxy/node-1: iptables rules without web-1-0
               +10.000 ms  the way of its last connection to the Pod
        less the time for which the Pod accepts without a hook:
               -10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               -10.000 ms  kubelet/node-1: saw the deletion
               -10.000 ms  kubelet/node-1: starts to stop its containers
               -10.000 ms  from the end of the hook to the stop signal
              = 30.328 ms  exactly
                +0.672 ms  rounded up to a whole millisecond
              = 31.000 ms  required preStop

      Grace period used
        web-1-0: 30 ms of 30 s

      This rests on
        - apps: "web" not described; taken to accept as soon as it runs (startup 0 s), stop accepting at
          the stop signal, finish at once what is in flight, and exit 0.
        - delays: all given; the rest as measured on a quiet one-node cluster of Kubernetes 1.36.2, which
          is a lower bound for a large or busy one.
        - routers: kube-proxy alone; a load balancer or ingress controller that sends to Pods itself is
          slower.
        - manifest: manifests[0] Deployment/web spec.template.spec.containers[0]: container web has no
          preStop: the stop signal comes while routers still send connections

      This is one run (seed 0): one sample of the delays. Another seed may need a longer preStop; run many
      before you rely on a value."
    `);
  });

  it('of a safe run says by how much', () => {
    const safe = deletion({ manifests: web({ lifecycle: execSleep(3) }), cluster, delays });
    expect(story(safe)).toMatchInlineSnapshot(`
      "SAFE: margin 2.98 s, required preStop 21 ms (kube-proxy/node-1).

      Critical path of the required preStop: container web of Pod web-1-0, against kube-proxy/node-1
      (Service web, port 80)
        Until the last router has let go:
               +10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               +10.000 ms  endpointslice-controller: saw the deletion
                +0.000 ms  endpointslice-controller: Service queued for a sync
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares
               +10.000 ms  api-server: EndpointSlice web: web-1-0 ready=false (serving, terminating)
               +10.000 ms  kube-proxy/node-1: received the slice
               +10.328 ms  kube-proxy/node-1: iptables rules without web-1-0
               +10.000 ms  the way of its last connection to the Pod
        less the time for which the Pod accepts without a hook:
               -10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               -10.000 ms  kubelet/node-1: saw the deletion
               -10.000 ms  kubelet/node-1: starts to stop its containers
               -10.000 ms  the runtime starts the exec hook, which delays the signal by itself
               -10.000 ms  from the end of the hook to the stop signal
              = 20.328 ms  exactly
                +0.672 ms  rounded up to a whole millisecond
              = 21.000 ms  required preStop

      Grace period used
        web-1-0: 3.03 s of 30 s"
    `);
  });

  it('says why no preStop helps the only endpoint of a Service', () => {
    expect(story(bare)).toMatchInlineSnapshot(`
      "UNSAFE: margin -100 ms, no preStop helps (routedUntilGone).
      3 violations (2 × exposed, noEndpoints).
      Nothing else is ready, so routers fall back to the terminating Pod until it has left its
      EndpointSlice. That comes after its containers have stopped, so no preStop helps, however long it
      is.

      1. noEndpoints, Service web, kube-proxy/node-1
         from 140.030 ms to 345.909 ms (205.9 ms)
         Service web had no usable endpoint on 2 routers and never got one again; every new connection was
         refused.
         Fix: No one change is enough, these together are: Nobody makes a bare Pod anew: run web as a
              Deployment of two replicas or more, so that a ready endpoint is left while one Pod stops.
              Set preStop to at least 31 ms (this run), in whole seconds 1, plus headroom for slower runs.

      2. exposed, Pod web, Service web port 80, kube-proxy/node-1
         from 50.000 ms to 150.030 ms (100 ms)
         kube-proxy/node-1 still sent connections to web (container web) and let go of it 100 ms after it
         had stopped accepting.
         Causes, up to the end of the window:
                0.000              kubectl: DELETE sent
               10.000     +10.000  api-server: deletionTimestamp set (grace 30 s)
               20.000     +10.000  kubelet/node-1: saw the deletion
               30.000     +10.000  kubelet/node-1: starts to stop its containers
               50.000     +20.000  containers/node-1: SIGTERM → web (SIGKILL in 30 s)
               50.000      +0.000  containers/node-1: web stops accepting
               60.000     +10.000  containers/node-1: web exited, code 0
               70.000     +10.000  kubelet/node-1: web reported as stopped, code 0
               80.000     +10.000  kubelet/node-1: sandbox and network gone
               90.000     +10.000  api-server: phase Succeeded
              100.000     +10.000  endpointslice-controller: saw phase Succeeded
              100.000      +0.000  endpointslice-controller: Service queued for a sync
              110.000     +10.000  endpointslice-controller: sync: lists the Pods, compares
              120.000     +10.000  api-server: EndpointSlice web: web endpoint removed
              130.000     +10.000  kube-proxy/node-1: received the slice
              140.030     +10.030  kube-proxy/node-1: iptables rules without web; REJECT for web
              150.030     +10.000  kube-proxy/node-1: its last connection has arrived at the Pod
         Fix: No one change is enough, these together are: No preStop value helps: while no other endpoint
              is ready, routers fall back to the terminating Pod until it has left its slice. Nobody makes
              a bare Pod anew: run web as a Deployment of two replicas or more, so that another endpoint
              takes over first. Set preStop to at least 31 ms (this run), in whole seconds 1, plus
              headroom for slower runs.

      3. exposed, Pod web, Service web port 80, kube-proxy/node-2
         from 50.000 ms to 150.030 ms (100 ms)
         kube-proxy/node-2 still sent connections to web (container web) and let go of it 100 ms after it
         had stopped accepting.
         Causes, as for 2 up to 120.000 ms, and then:
              130.000     +10.000  kube-proxy/node-2: received the slice
              140.030     +10.030  kube-proxy/node-2: iptables rules without web; REJECT for web
              150.030     +10.000  kube-proxy/node-2: its last connection has arrived at the Pod
         Fix: as for 2.

      Grace period used
        web: 30 ms of 30 s"
    `);
  });

  it('says what a hook that is too long costs', () => {
    expect(story(hard)).toMatchInlineSnapshot(`
      "UNSAFE: margin 9.97 s, required preStop 21 ms (kube-proxy/node-1).
      2 violations (preStopCutOff, cutByKill).

      1. preStopCutOff, Pod web-1-0
         from 30.000 ms to 10030.000 ms (10 s)
         The preStop hook of container web wanted 20 s, but the grace period of 10 s ended first; the
         process got its stop signal then, and 2 s until SIGKILL.
         Fix: Raise terminationGracePeriodSeconds to at least 28.

      2. cutByKill, Pod web-1-0
         from 10040.000 ms to 12040.000 ms (2 s)
         SIGKILL ended container web 2 s after its stop signal; it needed 5 s, so requests in flight were
         cut.
         Fix: Raise terminationGracePeriodSeconds to at least 26 (hook and drain), or shorten the hook or
              the drain.

      Critical path of the required preStop: container web of Pod web-1-0, against kube-proxy/node-1
      (Service web, port 80)
        Until the last router has let go:
               +10.000 ms  api-server: deletionTimestamp set (grace 10 s)
               +10.000 ms  endpointslice-controller: saw the deletion
                +0.000 ms  endpointslice-controller: Service queued for a sync
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares
               +10.000 ms  api-server: EndpointSlice web: web-1-0 ready=false (serving, terminating)
               +10.000 ms  kube-proxy/node-1: received the slice
               +10.328 ms  kube-proxy/node-1: iptables rules without web-1-0
               +10.000 ms  the way of its last connection to the Pod
        less the time for which the Pod accepts without a hook:
               -10.000 ms  api-server: deletionTimestamp set (grace 10 s)
               -10.000 ms  kubelet/node-1: saw the deletion
               -10.000 ms  kubelet/node-1: starts to stop its containers
               -10.000 ms  the runtime starts the exec hook, which delays the signal by itself
               -10.000 ms  from the end of the hook to the stop signal
              = 20.328 ms  exactly
                +0.672 ms  rounded up to a whole millisecond
              = 21.000 ms  required preStop

      Grace period used
        web-1-0: 12.01 s of 10 s, ended by SIGKILL"
    `);
  });

  it('names a router that needs more than the grace period', () => {
    const slow = deletion({ manifests: web(), cluster, delays, routers: [routers.fixedLag('lb', '45s')] });
    expect(story(slow)).toMatchInlineSnapshot(`
      "UNSAFE: margin -45.001 s, no preStop that fits is long enough (graceTooShort).
      3 violations (3 × exposed).
      The slowest router needs longer than any hook that fits into the grace period: more grace first,
      then a longer preStop.

      1. exposed, Pod web-1-0, Service web port 80, router/lb
         from 50.000 ms to 45051.000 ms (45.001 s)
         router/lb still sent connections to web-1-0 (container web) and let go of it 45.001 s after it
         had stopped accepting.
         Causes, up to the end of the window:
                0.000              kubectl: DELETE sent
               10.000     +10.000  api-server: deletionTimestamp set (grace 30 s)
               20.000     +10.000  endpointslice-controller: saw the deletion
               20.000      +0.000  endpointslice-controller: Service queued for a sync
               30.000     +10.000  endpointslice-controller: sync: lists the Pods, compares
               40.000     +10.000  api-server: EndpointSlice web: web-1-0 ready=false (serving,
                                               terminating)
               50.000     +10.000  router/lb: received the slice
            45050.000  +45000.000  router/lb: routes: web-1-0 out
            45051.000      +1.000  router/lb: its last connection has arrived at the Pod
         Fix: Raise terminationGracePeriodSeconds to at least 49 and set preStop to 46 s: no hook that
              fits 30 s is long enough.

      2. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-1
         from 50.000 ms to 70.328 ms (20.3 ms)
         kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 20.3 ms
         after it had stopped accepting.
         Causes, as for 1 up to 40.000 ms, and then:
               50.000     +10.000  kube-proxy/node-1: received the slice
               60.328     +10.328  kube-proxy/node-1: iptables rules without web-1-0
               70.328     +10.000  kube-proxy/node-1: its last connection has arrived at the Pod
         Fix: as for 1.

      3. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-2
         from 50.000 ms to 70.328 ms (20.3 ms)
         kube-proxy/node-2 still sent connections to web-1-0 (container web) and let go of it 20.3 ms
         after it had stopped accepting.
         Causes, as for 1 up to 40.000 ms, and then:
               50.000     +10.000  kube-proxy/node-2: received the slice
               60.328     +10.328  kube-proxy/node-2: iptables rules without web-1-0
               70.328     +10.000  kube-proxy/node-2: its last connection has arrived at the Pod
         Fix: as for 1.

      Critical path of the required preStop: container web of Pod web-1-0, against router/lb (Service web,
      port 80)
        Until the last router has let go:
               +10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               +10.000 ms  endpointslice-controller: saw the deletion
                +0.000 ms  endpointslice-controller: Service queued for a sync
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares
               +10.000 ms  api-server: EndpointSlice web: web-1-0 ready=false (serving, terminating)
               +10.000 ms  router/lb: received the slice
            +45000.000 ms  router/lb: routes: web-1-0 out
                +1.000 ms  the way of its last connection to the Pod
        less the time for which the Pod accepts without a hook:
               -10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               -10.000 ms  kubelet/node-1: saw the deletion
               -10.000 ms  kubelet/node-1: starts to stop its containers
               -10.000 ms  from the end of the hook to the stop signal
           = 45011.000 ms  exactly
                           no hook of that length fits the grace period

      Grace period used
        web-1-0: 30 ms of 30 s"
    `);
  });

  it('names the path of the replacement where the only replica is deleted', () => {
    expect(story(single)).toMatchInlineSnapshot(`
      "UNSAFE: margin -100 ms, required preStop 1.078 s (kube-proxy/node-1).
      3 violations (2 × exposed, noEndpoints).

      1. noEndpoints, Service web, kube-proxy/node-1
         from 140.030 ms to 2097.813 ms (1.958 s)
         Service web had no usable endpoint on 2 routers for 1.958 s; every new connection was refused.
         Fix: No one change is enough, these together are: Run more replicas of web with maxUnavailable:
              0, so that a ready endpoint is left while one Pod stops. Set preStop to at least 31 ms (this
              run), in whole seconds 1, plus headroom for slower runs.

      2. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-1
         from 50.000 ms to 150.030 ms (100 ms)
         kube-proxy/node-1 still sent connections to web-1-0 (container web) and let go of it 100 ms after
         it had stopped accepting.
         Causes, up to the end of the window:
                0.000              kubectl: DELETE sent
               10.000     +10.000  api-server: deletionTimestamp set (grace 30 s)
               20.000     +10.000  kubelet/node-1: saw the deletion
               30.000     +10.000  kubelet/node-1: starts to stop its containers
               50.000     +20.000  containers/node-1: SIGTERM → web (SIGKILL in 30 s)
               50.000      +0.000  containers/node-1: web stops accepting
               60.000     +10.000  containers/node-1: web exited, code 0
               70.000     +10.000  kubelet/node-1: web reported as stopped, code 0
               80.000     +10.000  kubelet/node-1: sandbox and network gone
               90.000     +10.000  api-server: phase Succeeded
              100.000     +10.000  endpointslice-controller: saw phase Succeeded
              100.000      +0.000  endpointslice-controller: Service queued for a sync
              110.000     +10.000  endpointslice-controller: sync: lists the Pods, compares
              120.000     +10.000  api-server: EndpointSlice web: web-1-0 endpoint removed
              130.000     +10.000  kube-proxy/node-1: received the slice
              140.030     +10.030  kube-proxy/node-1: iptables rules without web-1-0; REJECT for web
              150.030     +10.000  kube-proxy/node-1: its last connection has arrived at the Pod
         Fix: Set preStop to at least 1.078 s (this run), in whole seconds 2, plus headroom for slower
              runs.

      3. exposed, Pod web-1-0, Service web port 80, kube-proxy/node-2
         from 50.000 ms to 150.030 ms (100 ms)
         kube-proxy/node-2 still sent connections to web-1-0 (container web) and let go of it 100 ms after
         it had stopped accepting.
         Causes, as for 2 up to 120.000 ms, and then:
              130.000     +10.000  kube-proxy/node-2: received the slice
              140.030     +10.030  kube-proxy/node-2: iptables rules without web-1-0; REJECT for web
              150.030     +10.000  kube-proxy/node-2: its last connection has arrived at the Pod
         Fix: as for 2.

      Critical path of the required preStop: container web of Pod web-1-0, against kube-proxy/node-1
      (Service web, port 80)
        How long routers take depends on the hooks here. The path is that of the same seed with preStop
        hooks of 1.078 s, with which all let go in time.
        Until the last router has let go:
               +10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               +10.000 ms  replicaset-controller: saw the deletion
               +10.000 ms  replicaset-controller: sync: counts the Pods
               +10.000 ms  api-server: created (web-1-1)
               +10.000 ms  scheduler: saw the Pod (Pending) (web-1-1)
               +10.000 ms  api-server: bound to node-2 (web-1-1)
               +10.000 ms  kubelet/node-2: saw the Pod (Pending) (web-1-1)
              +500.000 ms  kubelet/node-2: containers created (web-1-1)
              +447.555 ms  kubelet/node-2: sees the containers run (web-1-1)
               +10.000 ms  api-server: Running (web-1-1)
               +10.000 ms  endpointslice-controller: saw the Pod (Running) (web-1-1)
                +0.000 ms  endpointslice-controller: Service queued for a sync (web-1-1)
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares (web-1-1)
               +10.000 ms  api-server: EndpointSlice web: web-1-1 ready=false
               +10.000 ms  endpointslice-controller: its write was answered (web-1-1)
               +10.000 ms  endpointslice-controller: sync: lists the Pods, compares (web-1-1)
               +10.000 ms  api-server: EndpointSlice web: web-1-1 ready=true
               +10.000 ms  kube-proxy/node-1: received the slice (web-1-1)
               +10.229 ms  kube-proxy/node-1: iptables rules without web-1-0; with web-1-1
               +10.000 ms  the way of its last connection to the Pod
        less the time for which the Pod accepts without a hook:
               -10.000 ms  api-server: deletionTimestamp set (grace 30 s)
               -10.000 ms  kubelet/node-1: saw the deletion
               -10.000 ms  kubelet/node-1: starts to stop its containers
               -10.000 ms  from the end of the hook to the stop signal
            = 1077.784 ms  exactly
                +0.216 ms  rounded up to a whole millisecond
            = 1078.000 ms  required preStop

      Grace period used
        web-1-0: 30 ms of 30 s"
    `);
  });

  it('names publishNotReadyAddresses where that is why a Pod is routed to until it is gone', () => {
    expect(story(published)).toContain('publishNotReadyAddresses');
  });

  it('says when there was nothing to judge', () => {
    const typo = deletion({ manifests: web({ service: { selector: { app: 'wbe' } } }), cluster, delays });
    expect(story(typo)).toMatchInlineSnapshot(`
      "NOT JUDGED: no margin, no preStop to speak of (nothingToJudge).
      1 violation (nothingToJudge).
      No stopped Pod was ever routed to, so there is nothing that a preStop could protect.

      1. nothingToJudge
         No Service selects web-1-0 with a port that it has, so nobody ever routed there and nothing can
         be said.
         Fix: Add the Service to the manifests, and check that the Pod template has all labels of its
              selector, and a container port of the name that its targetPort gives.

      Grace period used
        web-1-0: 30 ms of 30 s"
    `);
  });

  it('is the same with and without a trace', () => {
    for (const scenario of [bare, single, hard]) {
      const [full, none] = (['full', 'none'] as const).map((trace) =>
        explain(simulate(scenario, { seed: 5, trace })),
      );
      expect(none).toBe(full);
    }
  });

  it('stays within 100 columns', () => {
    const scenarios = [
      deletion({
        manifests: web({ services: ['a', 'b'], lifecycle: sleep(1) }),
        cluster: clusters.gke130Calico(),
      }),
      deletion({ manifests: web({ replicas: 2 }), routers: [routers.awsAlbIp(), routers.ingressNginx()] }),
      deletion({
        manifests: web({ grace: 40 }),
        apps: { web: apps.shellAsPid1() },
        routers: [routers.gcpNeg()],
      }),
    ];
    for (const scenario of scenarios) {
      for (let seed = 0; seed < 20; seed++) {
        const lines = explain(simulate(scenario, { seed })).split('\n');
        expect(lines.filter((line) => line.length > 100)).toEqual([]);
      }
    }
  });

  it('of many nodes prints a few and counts the rest', () => {
    const text = explain(simulate(deletion({ manifests: web(), cluster: { nodes: 30 } })));
    expect(text).toMatch(/… and \d+ more of the kind exposed/);
  });
});
