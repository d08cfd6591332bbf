import { expect, it } from 'vitest';
import { podTimeline } from '../../src/index.ts';
import { barePod, container, deployment, service, sleeps } from '../run/manifests.ts';
import { deletion, runOf } from '../run/run-of.ts';

/** Stories of Pods with constant delays: what remains is drawn phases, which the seed fixes. */

it('a Pod with a native sleep of 5 s, and its replacement', () => {
  const run = runOf({ manifests: [deployment({ preStop: sleeps(5) }), service()] });
  expect(podTimeline(run, 'web-1-0')).toMatchInlineSnapshot(`
    {
      "agent": "kube-proxy",
      "containers": {
        "web": {
          "exitCode": 0,
          "exitedMs": 5021,
          "listenerClosedMs": 5017,
          "preStopEndedMs": 5007,
          "preStopOutcome": "completed",
          "preStopStartedMs": 7,
          "sidecar": false,
          "sigkillMs": null,
          "sigtermMs": 5017,
        },
      },
      "createdMs": null,
      "deleteRequestedMs": 0,
      "exitCode": 0,
      "exitedMs": 5021,
      "kubeletObservedMs": 6,
      "listenerClosedMs": 5017,
      "node": "node-1",
      "pod": "web-1-0",
      "podDeletedMs": 5515.909,
      "preStopEndedMs": 5007,
      "preStopOutcome": "completed",
      "preStopStartedMs": 7,
      "readyMs": null,
      "routersRemovedMs": {},
      "rulesAddedMs": {
        "node-1": null,
        "node-2": null,
        "node-3": null,
      },
      "rulesRemovedMs": {
        "node-1": 55.328,
        "node-2": 55.328,
        "node-3": 55.328,
      },
      "runningMs": null,
      "servingFalseMs": null,
      "sigkillMs": null,
      "sigtermMs": 5017,
      "sliceReadyMs": null,
      "sliceRemovedMs": 5163,
      "sliceTerminatingMs": 22,
      "terminalPhase": "Succeeded",
      "terminalPhaseMs": 5146,
      "terminatingMs": 5,
    }
  `);
  expect(podTimeline(run, 'web-1-3')).toMatchInlineSnapshot(`
    {
      "agent": "kube-proxy",
      "containers": {
        "web": {
          "exitCode": null,
          "exitedMs": null,
          "listenerClosedMs": null,
          "preStopEndedMs": null,
          "preStopOutcome": "none",
          "preStopStartedMs": null,
          "sidecar": false,
          "sigkillMs": null,
          "sigtermMs": null,
        },
      },
      "createdMs": 22,
      "deleteRequestedMs": null,
      "exitCode": null,
      "exitedMs": null,
      "kubeletObservedMs": null,
      "listenerClosedMs": null,
      "node": "node-1",
      "pod": "web-1-3",
      "podDeletedMs": null,
      "preStopEndedMs": null,
      "preStopOutcome": "none",
      "preStopStartedMs": null,
      "readyMs": 1425.909,
      "routersRemovedMs": {},
      "rulesAddedMs": {
        "node-1": 1476.337,
        "node-2": 1476.337,
        "node-3": 1476.337,
      },
      "rulesRemovedMs": {
        "node-1": null,
        "node-2": null,
        "node-3": null,
      },
      "runningMs": 1425.909,
      "servingFalseMs": null,
      "sigkillMs": null,
      "sigtermMs": null,
      "sliceReadyMs": 1442.909,
      "sliceRemovedMs": null,
      "sliceTerminatingMs": null,
      "terminalPhase": null,
      "terminalPhaseMs": null,
      "terminatingMs": null,
    }
  `);
});

it('an app with a sidecar proxy on its path, and a load balancer', () => {
  const run = runOf({
    manifests: [
      deployment({ terminationGracePeriodSeconds: 20, sidecars: [container({ name: 'proxy', port: null })] }),
      service(),
    ],
    cluster: { version: '1.36', nodes: 2 },
    apps: { web: { drain: '3s' }, proxy: { onPath: 'always', drain: '1s' } },
    routers: [{ name: 'alb', lag: '4s' }],
  });
  expect(podTimeline(run, 'web-1-0')).toMatchInlineSnapshot(`
    {
      "agent": "kube-proxy",
      "containers": {
        "proxy": {
          "exitCode": 0,
          "exitedMs": 4040,
          "listenerClosedMs": 3036,
          "preStopEndedMs": null,
          "preStopOutcome": "none",
          "preStopStartedMs": null,
          "sidecar": true,
          "sigkillMs": null,
          "sigtermMs": 3036,
        },
        "web": {
          "exitCode": 0,
          "exitedMs": 3021,
          "listenerClosedMs": 17,
          "preStopEndedMs": null,
          "preStopOutcome": "none",
          "preStopStartedMs": null,
          "sidecar": false,
          "sigkillMs": null,
          "sigtermMs": 17,
        },
      },
      "createdMs": null,
      "deleteRequestedMs": 0,
      "exitCode": 0,
      "exitedMs": 3021,
      "kubeletObservedMs": 6,
      "listenerClosedMs": 17,
      "node": "node-1",
      "pod": "web-1-0",
      "podDeletedMs": 4495.909,
      "preStopEndedMs": null,
      "preStopOutcome": "none",
      "preStopStartedMs": null,
      "readyMs": null,
      "routersRemovedMs": {
        "alb": 4026,
      },
      "rulesAddedMs": {
        "node-1": null,
        "node-2": null,
      },
      "rulesRemovedMs": {
        "node-1": 56.328,
        "node-2": 56.328,
      },
      "runningMs": null,
      "servingFalseMs": null,
      "sigkillMs": null,
      "sigtermMs": 17,
      "sliceReadyMs": null,
      "sliceRemovedMs": 4183,
      "sliceTerminatingMs": 23,
      "terminalPhase": "Succeeded",
      "terminalPhaseMs": 4165,
      "terminatingMs": 5,
    }
  `);
  expect(
    run.verdict.violations.map(({ kind, router, fromMs, toMs }) => ({ kind, router, fromMs, toMs })),
  ).toMatchInlineSnapshot(`
    [
      {
        "fromMs": 17,
        "kind": "exposed",
        "router": "router/alb",
        "toMs": 4027,
      },
      {
        "fromMs": 17,
        "kind": "exposed",
        "router": "kube-proxy/node-1",
        "toMs": 56.828,
      },
      {
        "fromMs": 17,
        "kind": "exposed",
        "router": "kube-proxy/node-2",
        "toMs": 56.828,
      },
    ]
  `);
});

it('a bare Pod that is the only endpoint, and ignores the signal', () => {
  const run = runOf({
    manifests: [barePod({ terminationGracePeriodSeconds: 4, preStop: sleeps(1) }), service()],
    apps: { web: { onStopSignal: 'ignore' } },
    actions: [deletion('web', 1_000)],
  });
  expect(podTimeline(run, 'web')).toMatchInlineSnapshot(`
    {
      "agent": "kube-proxy",
      "containers": {
        "web": {
          "exitCode": 137,
          "exitedMs": 5017,
          "listenerClosedMs": 5017,
          "preStopEndedMs": 2007,
          "preStopOutcome": "completed",
          "preStopStartedMs": 1007,
          "sidecar": false,
          "sigkillMs": 5017,
          "sigtermMs": 2017,
        },
      },
      "createdMs": null,
      "deleteRequestedMs": 1000,
      "exitCode": 137,
      "exitedMs": 5017,
      "kubeletObservedMs": 1006,
      "listenerClosedMs": 5017,
      "node": "node-1",
      "pod": "web",
      "podDeletedMs": 5515.909,
      "preStopEndedMs": 2007,
      "preStopOutcome": "completed",
      "preStopStartedMs": 1007,
      "readyMs": null,
      "routersRemovedMs": {},
      "rulesAddedMs": {
        "node-1": null,
        "node-2": null,
        "node-3": null,
      },
      "rulesRemovedMs": {
        "node-1": 5192.03,
        "node-2": 5192.03,
        "node-3": 5192.03,
      },
      "runningMs": null,
      "servingFalseMs": null,
      "sigkillMs": 5017,
      "sigtermMs": 2017,
      "sliceReadyMs": null,
      "sliceRemovedMs": 5159,
      "sliceTerminatingMs": 1022,
      "terminalPhase": "Failed",
      "terminalPhaseMs": 5142,
      "terminatingMs": 1005,
    }
  `);
  const { safe, marginMs, requiredPreStopMs, requiredPreStopReason } = run.verdict;
  expect({ safe, marginMs, requiredPreStopMs, requiredPreStopReason }).toMatchInlineSnapshot(`
    {
      "marginMs": -175.53,
      "requiredPreStopMs": null,
      "requiredPreStopReason": "routedUntilGone",
      "safe": false,
    }
  `);
});
