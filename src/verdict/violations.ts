import type { World } from '../cluster/world.ts';
import { append, largest, smallest } from '../kernel/lists.ts';
import { MICROS_PER_SECOND, toMs } from '../kernel/time.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from '../rules/kubelet/container-grace-period.ts';
import type { EarlyWindow } from './early-pods.ts';
import type { Fix } from './fix-types.ts';
import { againstTheNode, fixForOutage, fixForRouting, GRACE_HEADROOM_SECONDS, moreGrace } from './fixes.ts';
import { type Draft, type Judged, violationDraft } from './judged.ts';
import type { KilledWhileRouted } from './killed-containers.ts';
import type { Outage } from './outages.ts';
import type { Exposure, RouteRecord, StoppedPod } from './stopped-pod.ts';
import type { NothingToJudge } from './types.ts';

export function draftsOf(judged: Judged): Draft[] {
  const { fold } = judged;
  const drafts: Draft[] = [];
  for (const pod of fold.pods) {
    for (const [place, route] of pod.routes.entries()) append(drafts, exposedOf(judged, pod, route, place));
    append(drafts, hooksOf(pod, judged.world));
    append(drafts, killsOf(pod, judged));
  }
  for (const outages of alike(fold.outages.list)) drafts.push(noEndpoints(judged, outages));
  append(drafts, killedWhileRouted(judged));
  append(drafts, readyTooEarly(judged));
  if (fold.pods.length === 0 || !fold.pods.some((pod) => pod.routes.some((route) => route.everRouted))) {
    drafts.push(nothingToJudge(judged));
  }
  return drafts;
}

/** One violation for each port and router that is kept, the longest window of each. */
function exposedOf(judged: Judged, pod: StoppedPod, route: RouteRecord, place: number): Draft[] {
  const { world, fold } = judged;
  const service = world.services[route.service]!;
  return route.exposures.flatMap((exposures, port) => {
    return longestByRouter(exposures).map(({ from, to, end, begun, ...exposure }) => {
      const container = pod.template.containers[exposure.container]!.name;
      return violationDraft('exposed', {
        pod: pod.name,
        router: fold.routers[exposure.router]!.name,
        service: service.name,
        port: pod.template.path[place] === undefined ? 0 : service.ports[port]!.port,
        fromMs: toMs(from),
        toMs: toMs(to),
        container,
        accepted: begun,
        letGo: end?.cause ?? null,
        fix: begun ? () => fixForRouting(judged, pod) : { code: 'addReadinessProbe', container },
        seq: end?.seq ?? -1,
      });
    });
  });
}

function longestByRouter(exposures: readonly Exposure[]): Exposure[] {
  const longest = new Map<number, Exposure>();
  for (const exposure of exposures) {
    const known = longest.get(exposure.router);
    if (known === undefined || exposure.to - exposure.from > known.to - known.from)
      longest.set(exposure.router, exposure);
  }
  return [...longest.values()].sort((a, b) => b.to - a.to || a.router - b.router);
}

function hooksOf(pod: StoppedPod, world: World): Draft[] {
  const { graceSeconds } = pod;
  return pod.containers.flatMap((seen, index) => {
    const { hookStartedAt, hookEndedAt, hookOutcome } = seen;
    const { name: container, hook, app } = pod.template.containers[index]!;
    if (hook === null || hookStartedAt === null || hookEndedAt === null) return [];
    const fromMs = toMs(hookStartedAt);
    const base = { pod: pod.name, fromMs, toMs: toMs(hookEndedAt), container, seq: -1 };
    const seconds = Math.ceil(hook.duration / MICROS_PER_SECOND);
    if (hookOutcome === 'cutOff') {
      const needed = seconds + Math.ceil(app.drain / MICROS_PER_SECOND) + GRACE_HEADROOM_SECONDS;
      const or = moreGrace(pod, world, needed, 'hook');
      const fix: Fix = { code: 'shortenHook', belowSeconds: graceSeconds, or };
      return [violationDraft('preStopCutOff', { ...base, hookMs: toMs(hook.duration), graceSeconds, fix })];
    }
    if (hookOutcome === 'failed') {
      const code = hook.kind === 'invalid' ? 'hookKindOfTheKubelet' : 'nativeSleep';
      return [violationDraft('preStopFailed', { ...base, fix: { code } })];
    }
    const took = hookEndedAt - hookStartedAt;
    const left = graceSeconds * MICROS_PER_SECOND - took;
    if (left >= MINIMUM_GRACE_PERIOD_SECONDS * MICROS_PER_SECOND) return [];
    const fix = moreGrace(pod, world, seconds + GRACE_HEADROOM_SECONDS, 'app');
    // At equality the end of the hook and that of the grace period race; upstream's timers decide.
    const races = left <= 0;
    const used = violationDraft('graceUsedUp', { ...base, hookMs: toMs(took), graceSeconds, races, fix });
    return [{ ...used, gating: races }];
  });
}

/** A kill is a violation where described work was cut, or where the app would have ended by itself. */
function killsOf(pod: StoppedPod, { world, fold }: Judged): Draft[] {
  if (pod.stoppedBy === 'nodeLost') return [];
  return pod.containers.flatMap((seen, index) => {
    const { name: container, app, hook } = pod.template.containers[index]!;
    if (seen.sigkilledAt === null || app.ignoresSignal) return [];
    const described = app.keepAccepting + app.drain;
    const left = app.traffic.drainDescribed ? null : fold.requests.leftAtKill(pod.index, index);
    const lasted = seen.sigkilledAt - (seen.stopSignalAt ?? seen.sigkilledAt);
    const wanted = left === null ? described : lasted + left;
    const over = seen.hookEndedAt !== null && seen.hookOutcome !== 'cutOff';
    const hooked = over ? seen.hookEndedAt! - (seen.hookStartedAt ?? 0) : (hook?.duration ?? 0);
    const signalled = seen.stopSignalAt ?? seen.sigkilledAt;
    // A sidecar waits for its turn, too.
    const before = Math.max(hooked, signalled - (pod.killStartedAt ?? signalled));
    // More than it needs: at a tie SIGKILL wins.
    const needed =
      left === null
        ? Math.floor((before + wanted) / MICROS_PER_SECOND) + 1
        : pod.graceSeconds + Math.ceil(left / MICROS_PER_SECOND);
    const byNode = pod.nodeLostAt === seen.sigkilledAt;
    return [
      violationDraft('cutByKill', {
        pod: pod.name,
        fromMs: toMs(signalled),
        toMs: toMs(seen.sigkilledAt),
        container,
        by: byNode ? 'nodeLost' : 'sigkill',
        hadMs: toMs(seen.sigkilledAt - signalled),
        neededMs: toMs(wanted),
        fix: byNode
          ? againstTheNode(world, needed, pod, wanted)
          : moreGrace(pod, world, needed, 'hookAndDrain'),
        seq: -1,
      }),
    ];
  });
}

/** One violation for each container. */
function killedWhileRouted({ fold, world }: Judged): Draft[] {
  const byContainer = new Map<string, KilledWhileRouted[]>();
  for (const window of fold.killed.windows) {
    const key = `${window.pod}/${window.container}`;
    byContainer.set(key, [...(byContainer.get(key) ?? []), window]);
  }
  return [...byContainer.values()].map((windows) => {
    const { pod, template, container: index, from } = windows[0]!;
    const container = world.templates[template]!.containers[index]!.name;
    return violationDraft('killedWhileRouted', {
      pod: fold.known.of(pod)?.name ?? null,
      fromMs: toMs(from),
      toMs: toMs(windows[windows.length - 1]!.to),
      container,
      times: windows.length,
      totalMs: toMs(windows.reduce((sum, window) => sum + window.to - window.from, 0)),
      fix: { code: 'addStartupProbe', container },
      seq: -1,
    });
  });
}

/** One violation for each container that new Pods had too late: its longest window. */
function readyTooEarly({ fold, world }: Judged): Draft[] {
  const byContainer = new Map<string, EarlyWindow[]>();
  for (const window of fold.early.windows) {
    const key = `${window.template}/${window.container}`;
    byContainer.set(key, [...(byContainer.get(key) ?? []), window]);
  }
  return [...byContainer.values()].map((windows) => {
    const longest = windows.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a));
    const service = world.services[longest.service]!;
    const container = world.templates[longest.template]!.containers[longest.container]!.name;
    return violationDraft('readyTooEarly', {
      pod: fold.known.of(longest.pod)?.name ?? null,
      router: fold.routers[longest.router]!.name,
      service: service.name,
      port: service.ports[longest.port]!.port,
      fromMs: toMs(longest.from),
      toMs: toMs(longest.to),
      container,
      pods: new Set(windows.map(({ pod }) => pod)).size,
      fix: service.publishNotReadyAddresses
        ? { code: 'unsetPublishNotReadyAddresses', service: service.name }
        : { code: 'addReadinessProbe', container },
      seq: -1,
    });
  });
}

/** Those of one Service and one kind together. */
function alike(outages: readonly Outage[]): Outage[][] {
  const groups = new Map<string, Outage[]>();
  for (const outage of outages) {
    const key = `${outage.service}/${outage.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), outage]);
  }
  return [...groups.values()];
}

function noEndpoints({ world, fold, endedAt }: Judged, outages: readonly Outage[]): Draft {
  const { router, service: index, kind } = outages[0]!;
  const service = world.services[index]!.name;
  const from = smallest(outages.map((outage) => outage.from));
  const to = largest(outages.map((outage) => outage.to ?? endedAt));
  return violationDraft('noEndpoints', {
    pod: null,
    router: fold.routers[router]!.name,
    service,
    fromMs: toMs(from),
    toMs: toMs(to),
    routers: new Set(outages.map((outage) => outage.router)).size,
    connections: kind,
    forGood: outages.some((outage) => outage.to === null),
    fix: kind === 'dropped' ? { code: 'surgeOnTheNode', service } : fixForOutage(world, index, to - from),
    seq: -1,
  });
}

function nothingToJudge(judged: Judged): Draft {
  const { fold, endedAt } = judged;
  const [reason, fix] =
    fold.pods.length === 0 ? nobodyStopped(judged) : nobodyRouted(judged.world, fold.pods);
  return violationDraft('nothingToJudge', {
    pod: null,
    fromMs: 0,
    toMs: toMs(endedAt),
    reason,
    fix,
    seq: -1,
  });
}

type Nothing = readonly [NothingToJudge, Fix];

function nobodyRouted({ services }: World, stopped: readonly StoppedPod[]): Nothing {
  const pods = stopped.map(({ name }) => name);
  const selecting = stopped.flatMap(({ template }) => template.services.map((index) => services[index]!));
  if (selecting.length > 0 && selecting.every(({ headless }) => headless)) {
    const names = [...new Set(selecting.map(({ name }) => name))];
    return [{ code: 'headless', services: names, pods }, { code: 'describeDnsClients' }];
  }
  const served = stopped.some(({ template }) => template.path.flat(2).length > 0);
  if (served) return [{ code: 'neverReady', pods }, { code: 'stopLater' }];
  return [{ code: services.length === 0 ? 'noService' : 'noPort', pods }, { code: 'addTheService' }];
}

/** What was asked for stops no Pod, or something keeps it from getting so far. */
function nobodyStopped({ world, fold }: Judged): Nothing {
  const { restarted = [], unscheduled = [] } = fold.rollout?.obstacles() ?? {};
  const [failing] = restarted;
  if (failing !== undefined) {
    const { pod, container } = failing;
    return [
      { code: 'crashLoop', pod, container },
      { code: 'correctStartup', container },
    ];
  }
  const [pod] = unscheduled;
  if (pod !== undefined) return [{ code: 'unscheduled', pod }, { code: 'addANode' }];
  if (fold.refused.length > 0)
    return [
      { code: 'drainRefused', refused: fold.refused },
      { code: 'drainFlags', reasons: [...new Set(fold.refused.map(({ reason }) => reason))] },
    ];
  if (fold.blocked.nodesKept.length > 0)
    return [{ code: 'nodeStays', reasons: fold.blocked.nodesKept }, { code: 'letTheNodeGo' }];
  const budgets = fold.blocked.budgets();
  if (budgets.length > 0) return [{ code: 'drainBlocked', budgets }, { code: 'loosenTheBudget' }];
  if (world.actions.some(({ type }) => type === 'drainNode'))
    return [{ code: 'drainStuck' }, { code: 'allowADisruption' }];
  return [{ code: 'nothingStopped' }, { code: 'stopAPod' }];
}
