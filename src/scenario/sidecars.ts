import type { Assumption } from '../cluster/assumption.ts';
import { QUEUE_PROXY } from '../cluster/knative-revision.ts';
import type { Container, ManifestObject, PodSpec } from '../cluster/objects.ts';
import { kindOf } from '../manifests/stand-in.ts';
import type { FoundSidecar } from '../routing/inference/index.ts';
import { featureEnabled } from '../rules/machinery/feature-gates.ts';
import type { MinorVersion } from '../rules/machinery/version.ts';
import { type Apps, appOf } from './app-of.ts';
import { type AppSettings, appSchema } from './apps.ts';
import { podSpecOf, withPodSpec } from './pod-spec.ts';
import { appFunctions } from './presets/app-preset.ts';
import { SIDECARS } from './presets/app-sidecars.ts';

/** Puts the proxies of meshes into the Pods, as their webhooks do, and says how they end. */

export interface Meshed {
  readonly objects: readonly ManifestObject[];
  readonly apps: Apps;
  readonly assumptions: readonly Assumption[];
}

export function withSidecars(
  objects: readonly ManifestObject[],
  apps: Apps,
  found: readonly FoundSidecar[],
  minor: MinorVersion,
): Meshed {
  if (found.length === 0) return { objects, apps, assumptions: [] };
  const described: Record<string, AppSettings> = { ...apps };
  const assumptions: Assumption[] = [];
  const meshed = objects.map((object) => {
    const sidecar = found.find(
      ({ workload: { kind, namespace, name } }) =>
        kind === kindOf(object) && namespace === object.metadata.namespace && name === object.metadata.name,
    );
    if (sidecar === undefined || object.kind === 'Service') return object;
    const { namespace, name: workload } = object.metadata;
    const { container, shown, because } = sidecar;
    for (const waiting of sidecar.waiting ?? []) {
      const known = appOf(apps, { namespace, workload }, waiting);
      described[`${namespace}/${workload}/${waiting}`] = waitsForDrain(known);
    }
    const native = shown ? isNativeIn(podSpecOf(object), container) : isNative(sidecar, minor);
    if (appOf(apps, { namespace, workload }, container) === undefined) {
      described[`${namespace}/${workload}/${container}`] = appSchema.parse(appFor(sidecar, native));
      // The queue-proxy's preset says all there is.
      if (container !== QUEUE_PROXY)
        assumptions.push({
          code: 'meshSidecar',
          setting: `apps.${container}`,
          object: sidecar.object,
          container,
          because,
          native,
          version: sidecar.version,
          staysSeconds: native ? null : (sidecar.staysSeconds ?? DEFAULT_STAY[container]),
        });
    }
    return shown ? object : withPodSpec(object, injected(podSpecOf(object), sidecar, native));
  });
  return { objects: meshed, apps: described, assumptions };
}

const proxies = /*#__PURE__*/ appFunctions(SIDECARS);

/** terminationDrainDuration; waitBeforeExitSeconds. */
const DEFAULT_STAY = {
  'istio-proxy': 5,
  'linkerd-proxy': 0,
};

/**
 * What its annotations say; else Istio makes them native from 1.27 on where nodes are of 1.33 or newer. Of a mesh whose version nobody
 * names it is taken that it is new where Kubernetes is.
 */
function isNative({ container, native, version }: FoundSidecar, minor: MinorVersion): boolean {
  if (!featureEnabled('SidecarContainers', minor)) return false;
  if (native !== null) return native;
  const known = version === null ? null : Number(version.split('.')[1]);
  if (container === 'istio-proxy' && known !== null && known < 27) return false;
  return minor >= 33;
}

function isNativeIn({ initContainers }: PodSpec, container: string): boolean {
  return initContainers.some(({ name, restartPolicy }) => name === container && restartPolicy === 'Always');
}

function appFor({ container, staysSeconds, untilIdle }: FoundSidecar, native: boolean) {
  if (container === QUEUE_PROXY) return proxies.knativeQueueProxy();
  if (container === 'linkerd-proxy') return native ? proxies.linkerdProxyNative() : proxies.linkerdProxy();
  if (native) return proxies.istioProxyNative();
  if (untilIdle) return proxies.istioProxyUntilIdle();
  return proxies.istioProxy(staysSeconds === null ? {} : { keepAccepting: `${staysSeconds}s` });
}

/** Its hook ends when the queue-proxy has drained, and every request comes through both. */
function waitsForDrain(known: AppSettings | undefined): AppSettings {
  const app = known ?? appSchema.parse({});
  const waits = app.preStop?.duration === undefined ? { waitsFor: QUEUE_PROXY } : {};
  return { ...app, onPath: 'always', preStop: { ...app.preStop, ...waits } };
}

/** A classic sidecar stands behind the app's containers, a native one is an init container that goes on. */
function injected(spec: PodSpec, { container, staysSeconds }: FoundSidecar, native: boolean): PodSpec {
  const waits = container === 'linkerd-proxy' && !native && (staysSeconds ?? 0) > 0;
  const proxy: Container = {
    name: container,
    image: container,
    command: [],
    args: [],
    env: [],
    envFrom: false,
    ports: [],
    lifecycle: waits ? { preStop: { exec: { command: ['/bin/sleep', String(staysSeconds)] } } } : {},
    injected: true,
    ...(native && { restartPolicy: 'Always' }),
  };
  return native
    ? { ...spec, initContainers: [...spec.initContainers, proxy] }
    : { ...spec, containers: [...spec.containers, proxy] };
}
