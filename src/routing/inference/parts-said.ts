import type { RawObject } from '../../cluster/raw-object.ts';
import type { Duration } from '../../kernel/time.ts';
import type { RouterPresetName } from '../presets/index.ts';
import { ROUTER_PRESETS } from '../presets/index.ts';
import type { PartInputObject } from '../registry.ts';
import type { RouterInput } from '../router-schema.ts';
import { find, findWhere, type Surroundings } from './found.ts';
import { at, jsonIn, listAt, pairsIn, textAt } from './raw.ts';

/** Numbers of a router's parts that the manifests set themselves. */

const WHOLE = /^\d{1,6}$/;

function seconds(text: string | undefined): Duration | undefined {
  return text !== undefined && WHOLE.test(text) ? `${Number(text)}s` : undefined;
}

function positive(text: string | undefined): Duration | undefined {
  return Number(text) > 0 ? seconds(text) : undefined;
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
  const interval = positive(
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

/** `connectionDraining` of the BackendConfig that a Service names, for a port (its name or number) or for all of them. */
export function backendConfigDrain(
  service: RawObject | undefined,
  port: string | null,
  around: Surroundings,
): Duration | undefined {
  const text =
    service?.annotations['cloud.google.com/backend-config'] ??
    service?.annotations['beta.cloud.google.com/backend-config'];
  const named = jsonIn(text);
  const ports = Object.entries((at(named, 'ports') as object | undefined) ?? {});
  const [, own] = (port === null ? ports[0] : ports.find(([key]) => portsAlike(service, key, port))) ?? [];
  const name = typeof own === 'string' ? own : textAt(named, 'default');
  if (service === undefined || name === undefined) return undefined;
  return drainIn(find(around, 'BackendConfig', service.namespace, name), 'spec');
}

/** A port of a Service goes by its name and by its number. */
function portsAlike(service: RawObject | undefined, key: string, port: string): boolean {
  if (key === port) return true;
  return listAt(service?.value, 'spec', 'ports').some((each) => {
    const names = [textAt(each, 'name'), String(at(each, 'port'))];
    return names.includes(key) && names.includes(port);
  });
}

/** The same of the GCPBackendPolicy that is attached to a Service, which GKE's Gateways read. */
export function backendPolicyDrain(
  service: RawObject | undefined,
  around: Surroundings,
): Duration | undefined {
  if (service === undefined) return undefined;
  const policy = findWhere(
    around,
    ({ kind, namespace, value }) =>
      kind === 'GCPBackendPolicy' &&
      namespace === service.namespace &&
      textAt(value, 'spec', 'targetRef', 'name') === service.name,
  );
  return drainIn(policy, 'spec', 'default');
}

function drainIn(object: RawObject | undefined, ...path: readonly string[]): Duration | undefined {
  const timeout = at(object?.value, ...path, 'connectionDraining', 'drainingTimeoutSec');
  return typeof timeout === 'number' && timeout >= 0 && timeout <= 3600 ? `${timeout}s` : undefined;
}

const AZURE_PROBE = 'service.beta.kubernetes.io/azure-load-balancer-health-probe-';

/** Annotations of cloud-provider-azure: the interval of its probe in seconds, and how many have to fail. */
export function azureSettings({ annotations }: RawObject): Partial<RouterInput> | undefined {
  const interval = positive(annotations[`${AZURE_PROBE}interval`]);
  const count = annotations[`${AZURE_PROBE}num-of-probe`];
  const threshold = count !== undefined && WHOLE.test(count) && Number(count) > 0 ? Number(count) : undefined;
  if (interval === undefined && threshold === undefined) return undefined;
  return replaced('azureLoadBalancer', (part) =>
    part.healthCheck === undefined
      ? part
      : {
          healthCheck: {
            ...part.healthCheck,
            ...(interval !== undefined && { interval }),
            ...(threshold !== undefined && { threshold }),
          },
        },
  );
}
