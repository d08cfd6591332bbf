import type { TemplateInfo } from '../cluster/world.ts';
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
    mode: asked.length > 0 ? 'delete' : 'rollout',
    rep: options.rep ?? 0,
    ...(target !== undefined && { pod: target.name, node: world.nodes[target.node]?.name }),
    targets: asked,
    service: service?.name,
    bare: first?.replicaSet === -1,
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
    rttMs: 0,
    seed: run.seed,
  };
}

function templateMeta({
  containers,
  terminationGracePeriodSeconds,
}: TemplateInfo): Readonly<Record<string, unknown>> {
  const app = containers.find(({ sidecar }) => !sidecar) ?? containers[0];
  if (app === undefined) return { grace: terminationGracePeriodSeconds };
  const { hook, app: own, readiness } = app;
  const seconds = hook === null ? -1 : hook.duration / MICROS_PER_MS / 1000;
  const exec = hook?.startsUp === true;
  return {
    grace: terminationGracePeriodSeconds,
    preStopSleep: exec ? -1 : seconds,
    preStopExec: exec ? String(seconds) : '',
    ...(readiness !== null && { probePeriod: readiness.period / MICROS_PER_MS / 1000 }),
    termMode: own.ignoresSignal ? 'ignore' : own.keepAccepting + own.drain > 0 ? 'drain' : 'exit',
    drainMs: (own.keepAccepting + own.drain) / MICROS_PER_MS,
    unreadyOnTerm: own.failsReadiness,
    ...sidecarMeta(containers),
  };
}

function sidecarMeta(containers: TemplateInfo['containers']): Readonly<Record<string, unknown>> {
  const sidecar = containers.find((each) => each.sidecar);
  if (sidecar === undefined) return {};
  const { app, hook } = sidecar;
  const drainMs = (app.keepAccepting + app.drain) / MICROS_PER_MS;
  return {
    sidecarTermMode: app.ignoresSignal ? 'ignore' : drainMs > 0 ? 'drain' : 'exit',
    sidecarDrainMs: drainMs,
    sidecarPreStopExec: hook === null ? '' : String(hook.duration / MICROS_PER_MS / 1000),
  };
}

/** A number is milliseconds where it is written, and would be none where it is read. */
function withUnit(value: Duration): Duration {
  return typeof value === 'number' ? `${value}ms` : value;
}
