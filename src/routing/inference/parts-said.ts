import type { RawObject } from '../../cluster/raw-object.ts';
import type { Duration } from '../../kernel/time.ts';
import type { RouterPresetName } from '../presets/index.ts';
import { ROUTER_PRESETS } from '../presets/index.ts';
import type { PartInputObject } from '../registry.ts';
import type { RouterInput } from '../router-schema.ts';
import { find, type Surroundings } from './found.ts';
import { at, jsonIn, pairsIn, textAt } from './raw.ts';

/** Numbers of a router's parts that the manifests set themselves. */

const WHOLE = /^\d{1,6}$/;

function seconds(text: string | undefined): Duration | undefined {
  return text !== undefined && WHOLE.test(text) ? `${Number(text)}s` : undefined;
}

function replaced(
  preset: RouterPresetName,
  change: (part: PartInputObject) => PartInputObject,
): Partial<RouterInput> {
  const parts: readonly PartInputObject[] = ROUTER_PRESETS[preset].parts;
  return { parts: parts.map(change) };
}

export function withDrain(
  preset: RouterPresetName,
  timeout: Duration | undefined,
): Partial<RouterInput> | undefined {
  if (timeout === undefined) return undefined;
  return replaced(preset, (part) => (part.drain === undefined ? part : { drain: { timeout } }));
}

/** The AWS controller's own annotations: `<prefix>/target-group-attributes` and the health check's. */
export function awsSettings(
  preset: RouterPresetName,
  annotations: Readonly<Record<string, string>>,
  prefix: string,
): Partial<RouterInput> | undefined {
  const attributes = pairsIn(annotations[`${prefix}target-group-attributes`]);
  const timeout = seconds(attributes['deregistration_delay.timeout_seconds']);
  const interval = seconds(
    annotations[`${prefix}healthcheck-interval-seconds`] ?? annotations[`${prefix}healthcheck-interval`],
  );
  const wait = seconds(
    annotations[`${prefix}healthcheck-timeout-seconds`] ?? annotations[`${prefix}healthcheck-timeout`],
  );
  const failures =
    annotations[`${prefix}unhealthy-threshold-count`] ??
    annotations[`${prefix}healthcheck-unhealthy-threshold`];
  const threshold =
    failures !== undefined && WHOLE.test(failures) && Number(failures) > 0 ? Number(failures) : undefined;
  // An NLB cuts what is left at the end of the delay only where it is told to.
  if (preset === 'awsNlbIp' && attributes['deregistration_delay.connection_termination.enabled'] === 'true') {
    return { parts: [...ROUTER_PRESETS.awsNlbIp.parts, { drain: { timeout: timeout ?? '300s' } }] };
  }
  if ([timeout, interval, wait, threshold].every((each) => each === undefined)) return undefined;
  return replaced(preset, (part) => {
    if (part.drain !== undefined && timeout !== undefined) return { drain: { timeout } };
    if (part.healthCheck === undefined) return part;
    return {
      healthCheck: {
        ...part.healthCheck,
        ...(interval !== undefined && { interval }),
        ...(wait !== undefined && { timeout: wait }),
        ...(threshold !== undefined && { threshold }),
      },
    };
  });
}

/** Application Gateway cuts what is open at a removal unless its annotations say that it drains. */
export function agicSettings(
  annotations: Readonly<Record<string, string>>,
): Partial<RouterInput> | undefined {
  const prefix = 'appgw.ingress.kubernetes.io/connection-draining';
  if (annotations[prefix] !== 'true') return undefined;
  const timeout = seconds(annotations[`${prefix}-timeout`]) ?? '30s';
  return { parts: [...ROUTER_PRESETS.azureAgic.parts, { drain: { timeout } }], established: 'drained' };
}

/** `connectionDraining` of the BackendConfig that a Service names. */
export function backendConfigDrain(
  service: RawObject | undefined,
  around: Surroundings,
): Duration | undefined {
  const text =
    service?.annotations['cloud.google.com/backend-config'] ??
    service?.annotations['beta.cloud.google.com/backend-config'];
  const named = jsonIn(text);
  const name = textAt(named, 'default') ?? Object.values((at(named, 'ports') as object | undefined) ?? {})[0];
  if (service === undefined || typeof name !== 'string') return undefined;
  const config = find(around, 'BackendConfig', service.namespace, name);
  const timeout = at(config?.value, 'spec', 'connectionDraining', 'drainingTimeoutSec');
  return typeof timeout === 'number' && timeout >= 0 && timeout <= 3600 ? `${timeout}s` : undefined;
}
