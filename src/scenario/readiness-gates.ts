import type { Assumption } from '../cluster/assumption.ts';
import type { ManifestObject, Service } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { RawObject } from '../cluster/raw-object.ts';
import type { ReadinessGatesInfo } from '../cluster/readiness-gates.ts';
import { kindOf } from '../manifests/stand-in.ts';
import type { RouterSettings } from '../routing/router-schema.ts';
import { podSpecOf, selectsPods, withPodSpec } from './pod-spec.ts';

/** Whose the gates of a template are: of routers that send to its Services and set such conditions, each gate by all that do. */
export function gatesOf(
  conditionTypes: readonly string[],
  services: readonly string[],
  routers: readonly RouterSettings[],
): ReadinessGatesInfo {
  const setters = (type: string): readonly number[] =>
    routers.flatMap(({ readinessGates, services: own }, index) => {
      const serves = services.some((service) => own?.includes(service) ?? true);
      return serves && readinessGates !== undefined && type.startsWith(readinessGates.conditionType)
        ? [index]
        : [];
    });
  return {
    routers: [...new Set(conditionTypes.flatMap(setters))],
    unknown: conditionTypes.filter((type) => setters(type).length === 0),
  };
}

/** By which label of a namespace the AWS load balancer controller puts its gates into Pods that are created there. */
const INJECTIONS = ['elbv2.k8s.aws/pod-readiness-gate-inject', 'eks.amazonaws.com/pod-readiness-gate-inject'];
const OF_AWS = 'target-health.elbv2.k8s.aws';

interface Gated {
  readonly objects: readonly ManifestObject[];
  readonly assumptions: readonly Assumption[];
}

/**
 * The gates of each workload and who makes them True. Where its namespace says so, a Pod gets one for each Service that a target group with
 * IP targets leads to.
 * Source: aws-load-balancer-controller pkg/inject/pod_readiness.go Mutate
 */
export function withReadinessGates(
  objects: readonly ManifestObject[],
  routers: readonly RouterSettings[],
  raw: readonly RawObject[],
): Gated {
  const services = objects.filter((object) => object.kind === 'Service');
  const injections = injectionsIn(raw);
  const assumptions: Assumption[] = [];
  const gated = objects.map((object) => {
    if (object.kind === 'Service') return object;
    const spec = podSpecOf(object);
    const { namespace, name } = object.metadata;
    const injection = injections.get(namespace);
    if (injection === undefined && spec.readinessGates.length === 0) return object;
    const selecting = services.filter((service) => selectsPods(service, object));
    const names = selecting.map(({ metadata }) => qualifiedName(metadata.namespace, metadata.name));
    const injected = injection === undefined ? [] : gatesOfAws(selecting, routers);
    const all = [...new Set([...spec.readinessGates, ...injected])];
    for (const conditionType of all) {
      const setters = gatesOf([conditionType], names, routers).routers;
      assumptions.push({
        code: 'readinessGate',
        setting: setters.length > 0 ? 'manifests' : 'delays.readinessGate.set',
        workload: `${kindOf(object)}/${qualifiedName(namespace, name)}`,
        conditionType,
        routers: setters.map((router) => routers[router]!.name),
        injectedBy: spec.readinessGates.includes(conditionType) ? null : injection!,
      });
    }
    return injected.length === 0 ? object : withPodSpec(object, { ...spec, readinessGates: all });
  });
  return { objects: assumptions.length === 0 ? objects : gated, assumptions };
}

/** One for each Service that a target group with IP targets leads to. */
function gatesOfAws(services: readonly Service[], routers: readonly RouterSettings[]): readonly string[] {
  return services.flatMap(({ metadata: { namespace, name } }) => {
    const type = `${OF_AWS}/${name}`;
    return gatesOf([type], [qualifiedName(namespace, name)], routers).routers.length > 0 ? [type] : [];
  });
}

/** By namespace: what says that gates are put into its Pods. The first of two Namespaces of one name counts. */
function injectionsIn(raw: readonly RawObject[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  for (const { kind, name, labels } of raw) {
    if (kind !== 'Namespace' || seen.has(name)) continue;
    seen.add(name);
    const key = INJECTIONS.find((label) => labels[label] === 'enabled');
    if (key !== undefined) found.set(name, `the label ${key} of its namespace`);
  }
  return found;
}
