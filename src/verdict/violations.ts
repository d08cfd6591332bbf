import type { World } from '../cluster/world.ts';
import { formatDuration, MICROS_PER_SECOND, type Micros, toMs } from '../kernel/time.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS } from '../rules/kubelet/container-grace-period.ts';
import { againstTheNode, capitalised, fixForRouting, GRACE_HEADROOM_SECONDS, moreGrace } from './fixes.ts';
import type { RunFold } from './fold.ts';
import type { KilledWhileRouted } from './killed-containers.ts';
import type { Outage } from './outages.ts';
import type { Requirement } from './required.ts';
import type { Exposure, RouteRecord, StoppedPod } from './stopped-pod.ts';
import { GATING, type NoPreStopReason, type Violation, type ViolationKind } from './types.ts';

/** What is wrong, before its chain of causes is known: `seq` is the event that ended it. */
export type Draft = Omit<Violation, 'culprit'> & { readonly seq: number };

export interface Judged {
  readonly fold: RunFold;
  readonly world: World;
  readonly endedAt: Micros;
  /** What a longer hook would do; null where that could not be read. */
  readonly requirement: Requirement | null;
  readonly reason: NoPreStopReason | undefined;
}

export function draftsOf(judged: Judged): Draft[] {
  const { fold } = judged;
  const drafts: Draft[] = [];
  for (const pod of fold.pods) {
    for (const [place, route] of pod.routes.entries()) drafts.push(...exposedOf(judged, pod, route, place));
    drafts.push(...hooksOf(pod, judged.world), ...killsOf(pod, judged.world));
  }
  for (const outages of byService(fold.outages.list)) drafts.push(noEndpoints(judged, outages));
  drafts.push(...killedWhileRouted(judged));
  if (fold.pods.length === 0 || !fold.pods.some((pod) => pod.routes.some((route) => route.everRouted))) {
    drafts.push(nothingToJudge(judged));
  }
  return drafts;
}

export function violationDraft(kind: ViolationKind, fields: Omit<Draft, 'kind' | 'gating'>): Draft {
  return { kind, gating: GATING[kind], ...fields };
}

const FIX_FOR_EARLY_READY =
  'No preStop value helps a container that is Ready before it accepts: give it a readinessProbe that succeeds only once it does.';

/** One violation for each port and router that is kept, the longest window of each. */
function exposedOf(judged: Judged, pod: StoppedPod, route: RouteRecord, place: number): Draft[] {
  const { world, fold } = judged;
  const service = world.services[route.service]!;
  return route.exposures.flatMap((exposures, port) => {
    return longestByRouter(exposures).map((exposure) => {
      const { begun } = exposure;
      const container = pod.template.containers[exposure.container]!.name;
      const router = fold.routers[exposure.router]!.name;
      const length = formatDuration(exposure.to - exposure.from);
      const until =
        exposure.end === null
          ? 'and still did when the run ended'
          : `and let go of it ${length} after it had stopped accepting`;
      const { port: number } = pod.template.path[place] === undefined ? { port: 0 } : service.ports[port]!;
      return violationDraft('exposed', {
        pod: pod.name,
        router,
        service: service.name,
        port: number,
        fromMs: toMs(exposure.from),
        toMs: toMs(exposure.to),
        why: begun
          ? `${router} still sent connections to ${pod.name} (container ${container}) ${until}.`
          : `${router} sent connections to ${pod.name} for ${length} in which it was stopping and container ${container} had not begun to accept.`,
        fix: begun ? fixForRouting(judged, pod) : FIX_FOR_EARLY_READY,
        seq: exposure.end?.seq ?? -1,
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
  return pod.containers.flatMap((seen, index) => {
    const { hookStartedAt, hookEndedAt, hookOutcome } = seen;
    const { name, hook } = pod.template.containers[index]!;
    if (hook === null || hookStartedAt === null || hookEndedAt === null) return [];
    const base = { pod: pod.name, fromMs: toMs(hookStartedAt), toMs: toMs(hookEndedAt), seq: -1 };
    const seconds = Math.ceil(hook.duration / MICROS_PER_SECOND);
    if (hookOutcome === 'cutOff') {
      const needed = seconds + Math.ceil(pod.template.containers[index]!.app.drain / MICROS_PER_SECOND);
      return [
        violationDraft('preStopCutOff', {
          ...base,
          why:
            `The preStop hook of container ${name} wanted ${formatDuration(hook.duration)}, but the grace period of ${pod.graceSeconds} s ` +
            'ended first; the process got its stop signal then, and 2 s until SIGKILL.',
          fix: `Shorten the hook to less than ${pod.graceSeconds} s, or ${moreGrace(pod, world, needed + GRACE_HEADROOM_SECONDS)}.`,
        }),
      ];
    }
    if (hookOutcome === 'failed') {
      return [
        violationDraft('preStopFailed', {
          ...base,
          why: `The preStop hook of container ${name} failed (FailedPreStopHook), so the process got its stop signal at once.`,
          fix:
            hook.kind === 'invalid'
              ? 'Use exec, httpGet or sleep: the kubelet cannot run a tcpSocket hook.'
              : 'Use a native sleep hook (Kubernetes 1.30 and newer), which needs no binary in the image, or fix the command.',
        }),
      ];
    }
    const left = pod.graceSeconds * MICROS_PER_SECOND - (hookEndedAt - hookStartedAt);
    if (left >= MINIMUM_GRACE_PERIOD_SECONDS * MICROS_PER_SECOND) return [];
    return [
      violationDraft('graceUsedUp', {
        ...base,
        why:
          `The preStop hook of container ${name} took ${formatDuration(hookEndedAt - hookStartedAt)} of a grace period of ` +
          `${pod.graceSeconds} s; the app has only the 2 s that the kubelet grants at least.`,
        fix: `${capitalised(moreGrace(pod, world, seconds + GRACE_HEADROOM_SECONDS))}.`,
      }),
    ];
  });
}

/** A kill is a violation where described work was cut, or where the app would have ended by itself. */
function killsOf(pod: StoppedPod, world: World): Draft[] {
  if (pod.stoppedBy === 'nodeLost') return [];
  return pod.containers.flatMap((seen, index) => {
    const { name, app } = pod.template.containers[index]!;
    if (seen.sigkilledAt === null || app.ignoresSignal) return [];
    const wanted = app.keepAccepting + app.drain;
    const planned = pod.template.containers[index]!.hook?.duration ?? 0;
    const over = seen.hookEndedAt !== null && seen.hookOutcome !== 'cutOff';
    const hook = over ? seen.hookEndedAt! - (seen.hookStartedAt ?? 0) : planned;
    // More than it needs: at a tie SIGKILL wins.
    const signalled = seen.stopSignalAt ?? seen.sigkilledAt;
    // A sidecar waits for its turn, too.
    const before = Math.max(hook, signalled - (pod.killStartedAt ?? signalled));
    const needed = Math.floor((before + wanted) / MICROS_PER_SECOND) + 1;
    const had = seen.sigkilledAt - signalled;
    const missed =
      had >= wanted ? ', just when it would have exited by itself' : `; it needed ${formatDuration(wanted)}`;
    return [
      violationDraft('cutByKill', {
        pod: pod.name,
        fromMs: toMs(signalled),
        toMs: toMs(seen.sigkilledAt),
        why:
          pod.nodeLostAt === seen.sigkilledAt
            ? `Its node went from under container ${name}, so requests in flight were cut.`
            : `SIGKILL ended container ${name} ${formatDuration(had)} after its stop signal${missed}, ` +
              'so requests in flight were cut.',
        fix:
          pod.nodeLostAt === seen.sigkilledAt
            ? againstTheNode(world, needed)
            : `${capitalised(moreGrace(pod, world, needed))} (hook and drain), or shorten the hook or the drain.`,
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
    const { pod, template, container, from } = windows[0]!;
    const length = windows.reduce((sum, window) => sum + window.to - window.from, 0);
    const name = world.templates[template]!.containers[container]!.name;
    const times = windows.length === 1 ? '' : ` (${windows.length} times)`;
    return violationDraft('killedWhileRouted', {
      pod: fold.podName(pod) ?? null,
      fromMs: toMs(from),
      toMs: toMs(windows[windows.length - 1]!.to),
      why:
        `Container ${name} was killed for a failed startup or liveness probe while routers sent to its Pod: for ` +
        `${formatDuration(length)} in all${times} new connections to it were refused.`,
      fix:
        `No preStop value helps: give container ${name} a startupProbe that waits as long as the app may take to start ` +
        '(failureThreshold × periodSeconds), so that nothing kills what is only slow.',
      seq: -1,
    });
  });
}

function byService(outages: readonly Outage[]): Outage[][] {
  const groups = new Map<number, Outage[]>();
  for (const outage of outages) {
    const group = groups.get(outage.service);
    if (group === undefined) groups.set(outage.service, [outage]);
    else group.push(outage);
  }
  return [...groups.values()];
}

function noEndpoints({ world, fold, endedAt }: Judged, outages: readonly Outage[]): Draft {
  const [first] = outages;
  const service = world.services[first!.service]!.name;
  const from = Math.min(...outages.map((outage) => outage.from));
  const to = Math.max(...outages.map((outage) => outage.to ?? endedAt));
  const forGood = outages.some((outage) => outage.to === null);
  const router = fold.routers[first!.router]!.name;
  const routers = fold.outages.routers[first!.service]!.size;
  return violationDraft('noEndpoints', {
    pod: null,
    router,
    service,
    fromMs: toMs(from),
    toMs: toMs(to),
    why: `Service ${service} had no usable endpoint on ${routers === 1 ? router : `${routers} routers`} ${
      forGood ? 'and never got one again' : `for ${formatDuration(to - from)}`
    }; every new connection was refused.`,
    fix: 'Run more replicas, so that a ready endpoint is left while one Pod stops.',
    seq: -1,
  });
}

function nothingToJudge({ world, fold, endedAt }: Judged): Draft {
  const [why, fix] = fold.pods.length === 0 ? nobodyStopped(world, fold) : nobodyRouted(world, fold.pods);
  return violationDraft('nothingToJudge', { pod: null, fromMs: 0, toMs: toMs(endedAt), why, fix, seq: -1 });
}

function nobodyRouted({ services }: World, stopped: readonly StoppedPod[]): readonly [string, string] {
  const names = stopped.map(({ name }) => name).join(', ');
  const selecting = stopped.flatMap(({ template }) => template.services.map((index) => services[index]!));
  if (selecting.length > 0 && selecting.every(({ headless }) => headless)) {
    const own = [...new Set(selecting.map(({ name }) => name))].join(', ');
    return [
      `Service ${own} is headless: kube-proxy routes nobody to ${names}, clients find their Pods by DNS.`,
      'Say how long they go on using an address that DNS gave them: routers: [routers.dnsHeadless()], or your own with that lag.',
    ];
  }
  const served = stopped.some(({ template }) => template.path.flat(2).length > 0);
  if (served) {
    return [
      `${names} was stopped before it had ever been Ready, so nobody was routed there.`,
      'Stop it later, or look at what keeps it from getting Ready: its probes, readinessGates, apps.<container>.startup.',
    ];
  }
  return [
    services.length === 0
      ? `No Service routes to ${names}.`
      : `No Service selects ${names} with a port that it has, so nobody ever routed there and nothing can be said.`,
    'Add the Service to the manifests, and check that the Pod template has all labels of its selector, and a container port of the ' +
      'name that its targetPort gives.',
  ];
}

/** What was asked for stops no Pod, or something keeps it from getting so far. */
function nobodyStopped({ actions }: World, { rollout }: RunFold): readonly [string, string] {
  const { restarted = [], unscheduled = [] } = rollout?.obstacles() ?? {};
  const [failing] = restarted;
  if (failing !== undefined) {
    return [
      `No Pod was stopped: container ${failing.container} of Pod ${failing.pod} was killed by its startup or liveness probe again and ` +
        'again, before it was up, so the rollout never got to an old Pod.',
      'Give it a startupProbe that waits as long as the app may take to start (failureThreshold × periodSeconds), or correct ' +
        `apps.${failing.container}.startup.`,
    ];
  }
  if (unscheduled.length > 0) {
    return [
      `No Pod was stopped: no node could take ${unscheduled[0]}, so the rollout never got to an old Pod.`,
      'Add a node (cluster.nodes), uncordon one, or free its host ports; or let the strategy stop a Pod first (maxUnavailable).',
    ];
  }
  if (actions.some(({ type }) => type === 'drainNode')) {
    return [
      'No Pod was stopped: the drain found none, or a PodDisruptionBudget refused each eviction for as long as anything went on.',
      'Drain a node that runs a Pod of a Service, and let the budget allow a disruption (maxUnavailable of at least 1).',
    ];
  }
  return [
    'No Pod was stopped.',
    'Let the scenario do something that stops one: deletePod, rollingUpdate of a Deployment that is not paused, a scale to fewer ' +
      'replicas, drainNode.',
  ];
}
