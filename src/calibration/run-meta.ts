import type { ContainerInfo, DeploymentInfo, TemplateInfo } from '../cluster/world.ts';
import { type Duration, MICROS_PER_MS } from '../kernel/time.ts';
import type { Run } from '../run/simulate.ts';

/** The `meta` of a run's recording: what a recorder reads with kubectl, and what it does. */
export function metaOf(
  run: Run,
  options: { readonly rep?: number; readonly t0Us: number },
): Readonly<Record<string, unknown>> {
  const { world, settings } = run.scenario;
  const asked = run.trace.filter(({ type }) => type === 'deleteRequested').map(({ pod }) => pod);
  const [first] = world.pods;
  const template = world.templates[first?.template ?? 0];
  const target = world.pods.find(({ name }) => name === asked[0]);
  const service = world.services[template?.services[0] ?? 0];
  return {
    format: 1,
    k8s: `v1.${world.minor}.0`,
    ...modeOf(run, asked.length > 0),
    rep: options.rep ?? 0,
    ...(target !== undefined && { pod: target.name, node: world.nodes[target.node]?.name }),
    targets: asked,
    service: service?.name,
    ...workloadMeta(run),
    replicas: world.pods.length,
    endpoints: world.pods.length,
    nodes: world.nodes.length,
    initialPods: world.pods.map(({ name, node }) => ({ pod: name, node: world.nodes[node]?.name })),
    ...(template === undefined ? {} : templateMeta(template)),
    publishNotReadyAddresses: service?.publishNotReadyAddresses ?? false,
    internalTrafficPolicy: service?.internalPolicyLocal === true ? 'Local' : '',
    minSyncPeriod: withUnit(settings.cluster.kubeProxy.minSyncPeriod ?? '1s'),
    t0Us: options.t0Us,
    clock: 'monotonic',
    where: 'simulated',
    quietMs: QUIET_MS,
    rttMs: 0,
    seed: run.seed,
  };
}

function workloadMeta({ scenario: { world } }: Run): Readonly<Record<string, unknown>> {
  const [first] = world.pods;
  if (first === undefined || first.replicaSet !== -1) return { bare: false };
  const set = world.sets.find(({ template }) => template === first.template);
  return set === undefined ? { bare: true } : { bare: false, workload: set.kind };
}

/** A run begins with Pods that have been there for long. */
const QUIET_MS = 60_000;

/** What was done, in a recorder's words; an action that no recorder knows has its own name. */
function modeOf(
  { scenario: { world, settings } }: Run,
  hasDeleted: boolean,
): Readonly<Record<string, unknown>> {
  const [action] = settings.actions ?? [{ type: 'rollingUpdate' as const }];
  const [deployment] = world.deployments;
  const strategy = deployment === undefined ? {} : strategyMeta(deployment);
  switch (action?.type) {
    case 'rollingUpdate':
      return { mode: 'rollout', ...strategy };
    case 'scale':
      return { mode: 'scale', scaleBy: action.replicas - world.pods.length, ...strategy };
    default:
      return { mode: hasDeleted ? 'delete' : (action?.type ?? 'rollout'), ...strategy };
  }
}

function strategyMeta({ maxSurge, maxUnavailable, minReadySeconds }: DeploymentInfo) {
  return { maxSurge, maxUnavailable, minReadySeconds };
}

function templateMeta({
  containers,
  terminationGracePeriodSeconds,
}: TemplateInfo): Readonly<Record<string, unknown>> {
  const app = containers.find(({ sidecar }) => !sidecar) ?? containers[0];
  if (app === undefined) return { grace: terminationGracePeriodSeconds };
  const { name, hook, readiness } = app;
  const seconds = hook === null ? -1 : hook.duration / MICROS_PER_MS / 1000;
  const exec = hook?.startsUp === true;
  return {
    app: name,
    grace: terminationGracePeriodSeconds,
    preStopSleep: exec ? -1 : seconds,
    preStopExec: exec ? String(seconds) : '',
    ...(readiness !== null && {
      probePeriod: readiness.period / MICROS_PER_MS / 1000,
      probeInitialDelay: readiness.initialDelay / MICROS_PER_MS / 1000,
      probeFailureThreshold: readiness.failureThreshold,
    }),
    ...appMeta(app),
    containers: containers.filter((each) => each !== app).map(besideMeta),
  };
}

function appMeta({ app }: ContainerInfo): Readonly<Record<string, unknown>> {
  const drain = app.keepAccepting + app.drain;
  return {
    termMode: app.ignoresSignal ? 'ignore' : drain > 0 ? 'drain' : 'exit',
    drainMs: drain / MICROS_PER_MS,
    unreadyOnTerm: app.failsReadiness,
  };
}

/** A number is milliseconds where it is written, and would be none where it is read. */
function withUnit(value: Duration): Duration {
  return typeof value === 'number' ? `${value}ms` : value;
}

function besideMeta(container: ContainerInfo): Readonly<Record<string, unknown>> {
  const { name, sidecar, hook } = container;
  const seconds = hook === null ? 0 : hook.duration / MICROS_PER_MS / 1000;
  const preStop = hook === null ? 'none' : `${hook.startsUp ? 'exec sleep' : 'sleep'} ${seconds}`;
  return { name, sidecar, preStop, ...appMeta(container) };
}
