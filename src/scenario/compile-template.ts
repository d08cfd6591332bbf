import type { Issue } from '../cluster/issue.ts';
import type { Container, PodSpec, PriorityClass, Probe, Service } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { ContainerInfo, ProbeInfo, TemplateInfo } from '../cluster/world.ts';
import { keyOf } from '../kernel/names.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import type { RouterSettings } from '../routing/router-schema.ts';
import { podPriority } from '../rules/apiserver/pod-priority.ts';
import { addOrUpdateDaemonPodTolerations } from '../rules/apps/daemon-nodes.ts';
import { findPort, getEndpointPorts } from '../rules/endpointslice/slice-ports.ts';
import { effectiveStopSignal } from '../rules/kubelet/stop-signal.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import { matchesServiceSelector } from '../rules/machinery/match-label-selector.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { longestOf, micros } from '../schema/delay-input.ts';
import { appOf } from './app-of.ts';
import { type AppSettings, appSchema, compileApp, endsAtOnce, rangesOf } from './apps.ts';
import { type ClusterNodes, selectedNodes, unknownLabels } from './cluster-nodes.ts';
import { type Awaited, compileHook, type HookOwner, postStartDuration } from './compile-hook.ts';
import { pathOf } from './compile-path.ts';
import { gatesOf } from './readiness-gates.ts';

/** Turns a Pod template and what is known of its apps into what the actors work with. */

let defaultApp: AppSettings | undefined;

/** What is taken of an app of which nothing is said. Read when it is asked for: the first read of a schema costs a start some milliseconds. */
function unsaid(): AppSettings {
  defaultApp ??= appSchema.parse({});
  return defaultApp;
}

/** A container's timers are numbered; more containers than this would need a larger numbering. */
const MAX_CONTAINERS = 60;

export interface TemplateSource {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly content: string;
  /** For messages: `Deployment/web`. */
  readonly owner: string;
  /** Its Pods are a DaemonSet's. */
  readonly daemon: boolean;
}

/** What any template of the scenario is compiled with. */
export interface TemplateCompiler {
  readonly services: readonly Service[];
  /** Of each of them, all that it has in the run. */
  readonly selectors: readonly (readonly Readonly<Record<string, string>>[])[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly apps: Readonly<Record<string, AppSettings>>;
  readonly routers: readonly RouterSettings[];
  readonly minor: MinorVersion;
  readonly cluster: ClusterNodes;
  /** Grows by what is wrong. */
  readonly issues: Issue[];
}

export function compileTemplate(source: TemplateSource, compiler: TemplateCompiler): TemplateInfo {
  const { services, selectors, apps, minor, issues } = compiler;
  const { spec, owner } = source;
  const owned = { namespace: source.namespace, workload: workloadOf(owner) };
  const written = containersOf(spec);
  const firstRegular = written.length - spec.containers.length;
  // What is refused costs no more than what is simulated.
  const all = written.slice(0, MAX_CONTAINERS);
  if (written.length > MAX_CONTAINERS) {
    issues.push({
      code: 'tooManyContainers',
      path: ['manifests'],
      message: `${owner} has ${written.length} containers; at most ${MAX_CONTAINERS} are simulated.`,
      rule: `At most ${MAX_CONTAINERS} containers of a Pod are simulated.`,
      fix: 'Leave out containers that no request passes and that have no preStop hook.',
    });
  }
  const containers = all.map((container) =>
    compileContainer({ ...owned, container, spec, owner, minor }, compiler),
  );
  const selecting = services
    .map((service, index) => ({ service, index }))
    .filter(({ service, index }) => selects(service, selectors[index]!, source))
    .filter(({ service }) => service.spec.ports.some((port) => findPort(spec, port, minor) !== null));
  const paths = selecting.map(({ service }) =>
    service.spec.ports.map((servicePort) => {
      const port = findPort(spec, servicePort, minor);
      // A Pod without such a port is in no slice for it.
      if (port === null) return { port: 0, containers: [], guessed: null };
      return { port, ...pathOf(port, { all, firstRegular, apps, owner: owned }) };
    }),
  );
  return {
    ...owned,
    labels: source.labels,
    content: source.content,
    images: Object.fromEntries(
      [...spec.initContainers, ...spec.containers].map(({ name, image }) => [name, image]),
    ),
    containers,
    services: selecting.map(({ index }) => index),
    slicePorts: selecting.map(({ service }) => getEndpointPorts(service.spec.ports, spec, minor)),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    imagePull: all.reduce(
      (sum, { name }) => sum + longestOf((appOf(apps, owned, name) ?? unsaid()).imagePull),
      0,
    ),
    readinessGates: gatesOf(
      spec.readinessGates,
      selecting.map(({ service: { metadata } }) => qualifiedName(metadata.namespace, metadata.name)),
      compiler.routers,
    ),
    priority: priorityOf(source, compiler),
    hasEmptyDir: spec.hasEmptyDir,
    tolerations: source.daemon
      ? addOrUpdateDaemonPodTolerations(spec.tolerations, spec.hostNetwork)
      : spec.tolerations,
    nodes: selectedNodes(spec, compiler.cluster),
    unknownNodeLabels: unknownLabels(spec, compiler.cluster),
    podDeletionCost: podDeletionCost(source.annotations),
    doNotDisrupt: source.annotations['karpenter.sh/do-not-disrupt'] === 'true',
    safeToEvict: safeToEvict(source.annotations),
    hostPorts: hostPorts(spec),
    path: paths.map((ports) => ports.map(({ containers: passed }) => passed)),
    undeclared: paths.flatMap((ports, place) =>
      ports.flatMap(({ port, guessed }) =>
        guessed === null ? [] : [{ service: selecting[place]!.index, port, containers: guessed }],
      ),
    ),
  };
}

/** `Deployment/web` → `web` */
function workloadOf(owner: string): string {
  return owner.slice(owner.indexOf('/') + 1).split(' ', 1)[0]!;
}

/** A class that the manifests do not hold has the value that the Pod names beside it; without one it is unknown. */
function priorityOf(
  { spec, owner }: TemplateSource,
  { priorityClasses, issues }: TemplateCompiler,
): number | null {
  const known = priorityClasses.map(({ metadata, value, globalDefault }) => ({
    name: metadata.name,
    value,
    globalDefault,
  }));
  const { priority: written, priorityClassName } = spec;
  const priority = podPriority(priorityClassName, known);
  if (written !== null && priority !== null && written !== priority) {
    issues.push({
      code: 'priorityMismatch',
      path: ['manifests'],
      message: `${owner} has the priority ${written}, but ${priorityClassName === '' ? 'no priorityClassName gives it' : `PriorityClass ${priorityClassName} gives it`} ${priority}.`,
      value: written,
      rule: 'A Pod has the priority of its class; another one beside it is refused (plugin/pkg/admission/priority admitPod).',
      fix: 'Leave priority out, and name a PriorityClass of that value.',
    });
  }
  return priority ?? written;
}

function safeToEvict(annotations: Readonly<Record<string, string>>): boolean | null {
  const written = annotations['cluster-autoscaler.kubernetes.io/safe-to-evict'];
  return written === 'true' ? true : written === 'false' ? false : null;
}

/** What is no whole number counts as 0. */
function podDeletionCost(annotations: Readonly<Record<string, string>>): number {
  const written = annotations['controller.kubernetes.io/pod-deletion-cost'] ?? '0';
  return /^(?:0|-?[1-9]\d*)$/.test(written) ? Number(written) : 0;
}

/** With hostNetwork every container port is a port of the node. */
function hostPorts({ containers, hostNetwork }: PodSpec): string[] {
  return containers.flatMap(({ ports }) =>
    ports
      .map((port) => ({ ...port, hostPort: hostNetwork ? port.containerPort : port.hostPort }))
      .filter(({ hostPort }) => hostPort > 0)
      .map(({ protocol, hostPort }) => `${protocol}/${hostPort}`),
  );
}

function selects(
  { metadata }: Service,
  selectors: readonly Readonly<Record<string, string>>[],
  { namespace, labels }: TemplateSource,
): boolean {
  return (
    metadata.namespace === namespace && selectors.some((selector) => matchesServiceSelector(labels, selector))
  );
}

function compileContainer(hookOwner: HookOwner, { apps, minor, issues }: TemplateCompiler): ContainerInfo {
  const { container } = hookOwner;
  const app = appOf(apps, hookOwner, container.name) ?? unsaid();
  const stopSignal = effectiveStopSignal({
    lifecycleStopSignal: container.lifecycle.stopSignal ?? null,
    imageStopSignal: app.stopSignal ?? null,
    containerStopSignalsGate: featureEnabled('ContainerStopSignals', minor),
    runtimeTakesStopSignal: true,
    minor,
  });
  const info = compileApp(app, stopSignal);
  if (info.completes !== null && hookOwner.spec.restartPolicy === 'Always')
    issues.push(neverCompletes(hookOwner));
  const ranges = rangesOf(app).filter(({ field }) => field !== 'drain' || !endsAtOnce(app));
  const hook = compileHook(hookOwner, app, info, awaitedBy(app, hookOwner, apps));
  return {
    name: container.name,
    drawKey: keyOf(container.name),
    sidecar: container.restartPolicy === 'Always',
    injected: container.injected === true,
    hook,
    restartHook: hook,
    app: info,
    ranges,
    postStart: postStartDuration(container.lifecycle.postStart, hookOwner),
    readiness: compileProbe(container.readinessProbe),
    startup: compileProbe(container.startupProbe),
    liveness: compileProbe(container.livenessProbe),
  };
}

/** The container that its hook waits for; null where it waits for none, or for one that is not there, which `checkApps` tells. */
function awaitedBy(app: AppSettings, owner: HookOwner, apps: TemplateCompiler['apps']): Awaited | null {
  const name = app.preStop?.waitsFor;
  if (name === undefined) return null;
  const container = containersOf(owner.spec).findIndex((each) => each.name === name);
  if (container < 0) return null;
  const { keepAccepting, idlePoll = 0 } = appOf(apps, owner, name) ?? unsaid();
  return { container, least: longestOf(keepAccepting) + micros(idlePoll) };
}

/** Native sidecars first. */
function containersOf({ initContainers, containers }: PodSpec): readonly Container[] {
  return [...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'), ...containers];
}

/** A container that is started again whenever it has ended never comes to the end of its work. */
function neverCompletes({ container: { name }, owner }: HookOwner): Issue {
  return {
    code: 'neverCompletes',
    path: ['apps', name, 'completesAfter'],
    message: `Container ${name} of ${owner} completes its work, but its Pod's restartPolicy is Always.`,
    rule: 'A container that ends is started again under restartPolicy Always.',
    fix: 'Leave completesAfter out, name the container of a Job alone (workload/container), or set restartPolicy: OnFailure or Never.',
  };
}

function compileProbe(probe: Probe | undefined): ProbeInfo | null {
  if (probe === undefined) return null;
  return {
    initialDelay: probe.initialDelaySeconds * MICROS_PER_SECOND,
    period: probe.periodSeconds * MICROS_PER_SECOND,
    failureThreshold: probe.failureThreshold,
    successThreshold: probe.successThreshold,
    terminationGracePeriodSeconds: probe.terminationGracePeriodSeconds ?? null,
  };
}
