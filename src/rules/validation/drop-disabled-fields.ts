import type { FeatureGate } from '../machinery/feature-gates.ts';
import { featureEnabled, featureStage } from '../machinery/feature-gates.ts';
import type { MinorVersion } from '../machinery/version.ts';
import type {
  ContainerFields,
  LifecycleFields,
  LifecycleHandlerFields,
  PodSpecFields,
  ServiceSpecFields,
} from './manifest-fields.ts';

/** A field that an API server of this version does not keep. */
export interface DroppedField {
  /** The path as the API server would print it. */
  readonly field: string;
  /** `unknownField`: the version has no such field (kubectl's strict validation refuses it). `gateOff`: dropped without a word. */
  readonly reason: 'unknownField' | 'gateOff';
  readonly gate: FeatureGate;
}

/** What the API server keeps of an object, and which fields it drops. */
export interface Kept<T> {
  readonly kept: T;
  readonly dropped: readonly DroppedField[];
}

type Support = 'kept' | 'gateOff' | 'unknownField';

/** A field and its gate come with the same version. */
function supportOf(gate: FeatureGate, minor: MinorVersion): Support {
  if (featureStage(gate, minor) === 'absent') return 'unknownField';
  return featureEnabled(gate, minor) ? 'kept' : 'gateOff';
}

/**
 * Removes what an API server of this version would not store of a Pod's spec, with all gates at their defaults:
 * the native sleep hook (field since 1.29, on since 1.30), restartPolicy of init containers (1.28, 1.29),
 * stopSignal (1.33, off in all versions here). A hook that held nothing but a dropped sleep goes with it, and so does an empty
 * lifecycle; where the field is unknown, an empty hook stays behind, which validation then refuses.
 *
 * Source: pkg/api/pod/util.go dropDisabledFields, dropPodLifecycleSleepAction
 */
export function dropDisabledPodFields(
  spec: PodSpecFields,
  field: string,
  minor: MinorVersion,
): Kept<PodSpecFields> {
  const dropped: DroppedField[] = [];
  const walk = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, index) => {
      const path = `${field}.${list}[${index}]`;
      return dropOfContainer(container, path, list === 'initContainers', minor, dropped);
    });
  const containers = walk('containers');
  const initContainers = walk('initContainers');
  return {
    kept: { ...spec, ...(containers && { containers }), ...(initContainers && { initContainers }) },
    dropped,
  };
}

/**
 * Removes trafficDistribution where an API server would not store it: the field came with 1.30, its gate is on since 1.31.
 *
 * Source: pkg/registry/core/service/strategy.go dropServiceDisabledFields
 */
export function dropDisabledServiceFields(
  spec: ServiceSpecFields,
  field: string,
  minor: MinorVersion,
): Kept<ServiceSpecFields> {
  const support = supportOf('ServiceTrafficDistribution', minor);
  if (spec.trafficDistribution === undefined || support === 'kept') return { kept: spec, dropped: [] };
  const { trafficDistribution: _, ...kept } = spec;
  const path = `${field}.trafficDistribution`;
  return { kept, dropped: [{ field: path, reason: support, gate: 'ServiceTrafficDistribution' }] };
}

function dropOfContainer(
  container: ContainerFields,
  path: string,
  isInit: boolean,
  minor: MinorVersion,
  dropped: DroppedField[],
): ContainerFields {
  const { lifecycle, restartPolicy, ...rest } = container;
  const kept = lifecycle && dropOfLifecycle(lifecycle, `${path}.lifecycle`, minor, dropped);
  const support = supportOf('SidecarContainers', minor);
  const dropsPolicy = isInit && restartPolicy !== undefined && support !== 'kept';
  if (dropsPolicy) {
    dropped.push({ field: `${path}.restartPolicy`, reason: support, gate: 'SidecarContainers' });
  }
  return {
    ...rest,
    ...(kept && { lifecycle: kept }),
    ...(restartPolicy !== undefined && !dropsPolicy && { restartPolicy }),
  };
}

function dropOfLifecycle(
  lifecycle: LifecycleFields,
  path: string,
  minor: MinorVersion,
  dropped: DroppedField[],
): LifecycleFields | undefined {
  const before = dropped.length;
  const postStart =
    lifecycle.postStart && dropSleep(lifecycle.postStart, `${path}.postStart`, minor, dropped);
  const preStop = lifecycle.preStop && dropSleep(lifecycle.preStop, `${path}.preStop`, minor, dropped);
  const { stopSignal } = lifecycle;
  const support = supportOf('ContainerStopSignals', minor);
  if (stopSignal !== undefined && support !== 'kept') {
    dropped.push({ field: `${path}.stopSignal`, reason: support, gate: 'ContainerStopSignals' });
  }
  const keepsSignal = stopSignal !== undefined && support === 'kept';
  const isEmpty = postStart === undefined && preStop === undefined && !keepsSignal;
  if (dropped.length > before && isEmpty) return undefined;
  return {
    ...(postStart && { postStart }),
    ...(preStop && { preStop }),
    ...(keepsSignal && { stopSignal }),
  };
}

function dropSleep(
  handler: LifecycleHandlerFields,
  path: string,
  minor: MinorVersion,
  dropped: DroppedField[],
): LifecycleHandlerFields | undefined {
  const support = supportOf('PodLifecycleSleepAction', minor);
  if (handler.sleep === undefined || support === 'kept') return handler;
  dropped.push({ field: `${path}.sleep`, reason: support, gate: 'PodLifecycleSleepAction' });
  const { sleep: _, ...kept } = handler;
  const isEmpty = kept.exec === undefined && kept.httpGet === undefined && kept.tcpSocket === undefined;
  return isEmpty && support === 'gateOff' ? undefined : kept;
}
