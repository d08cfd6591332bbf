import type { Issue } from '../cluster/issue.ts';
import type { DaemonSet, ManifestObject, Node } from '../cluster/objects.ts';
import { bounds } from '../kernel/distribution.ts';
import { DEFAULT_LIMITS } from '../kernel/limits.ts';
import { largest } from '../kernel/lists.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { matchesServiceSelector } from '../rules/machinery/match-label-selector.ts';
import { micros, toDistribution } from '../schema/delay-input.ts';
import type { ClientSettings } from './clients.ts';
import { type ClusterNodes, clusterNodes, daemonNodeCount } from './cluster-nodes.ts';
import type { ScenarioSettings } from './schema.ts';

/** How large a scenario may be: told before anything is made of it, with the field, its value and how to raise the limit. */

interface Settings
  extends Pick<ScenarioSettings, 'limits' | 'cluster' | 'clients' | 'actions' | 'routers' | 'horizon'> {
  /** The Nodes of the manifests. */
  readonly nodeManifests: readonly Node[];
}

/** What asks for a share of something that is limited. */
interface Part {
  readonly path: Issue['path'];
  /** `Deployment/web: spec.replicas`, `clients.0.load.ratePerSecond`. */
  readonly field: string;
  readonly value: number;
}

export function sizeIssues(objects: readonly ManifestObject[], settings: Settings): readonly Issue[] {
  const counted = [podIssue, nodeIssue, serviceIssue, rateIssue].flatMap(
    (issueOf) => issueOf(objects, settings) ?? [],
  );
  // What a run of far too much would take is no news.
  return counted.length > 0 ? counted : [eventIssue(objects, settings) ?? []].flat();
}

function podIssue(objects: readonly ManifestObject[], settings: Settings): Issue | null {
  const daemons = daemonsOf(settings);
  const scaled = (settings.actions ?? []).flatMap((action, index): Part[] =>
    action.type === 'scale'
      ? [{ path: ['actions', index, 'replicas'], field: `actions.${index}.replicas`, value: action.replicas }]
      : [],
  );
  const parts = [...objects.map((object) => podsOf(object, daemons)), ...scaled];
  return tooMany(parts, settings.limits.maxPods, {
    limit: 'maxPods',
    of: 'Pods',
    rule: (most) => `The manifests may ask for ${most} Pods in all.`,
    fix: (field) => `Lower ${field}: what one Pod needs does not depend on how many there are.`,
  });
}

function nodeIssue(_: readonly ManifestObject[], settings: Settings): Issue | null {
  const { cluster, nodeManifests } = settings;
  const part: Part =
    typeof cluster.nodes === 'number' && nodeManifests.length > 0
      ? { path: ['manifests'], field: 'manifests', value: nodeManifests.length }
      : { path: ['cluster', 'nodes'], field: 'cluster.nodes', value: nodesOf(settings) };
  return tooMany([part], settings.limits.maxNodes, {
    limit: 'maxNodes',
    of: 'nodes',
    rule: (most) => `A cluster may have ${most} nodes.`,
    fix: () => 'Give fewer: nodes that hold no Pod of the manifests differ in their delays alone.',
  });
}

function serviceIssue(objects: readonly ManifestObject[], settings: Settings): Issue | null {
  const services = objects.filter(({ kind }) => kind === 'Service').length;
  const part: Part = { path: ['manifests'], field: 'manifests', value: services };
  return tooMany([part], settings.limits.maxServices, {
    limit: 'maxServices',
    of: 'Services',
    rule: (most) => `The manifests may hold ${most} Services.`,
    fix: () =>
      'Leave out those that no Pod in question is behind: cluster.churn.services stands for what else a sync of kube-proxy handles.',
  });
}

function rateIssue(_: readonly ManifestObject[], settings: Settings): Issue | null {
  const parts = settings.clients.flatMap(({ load }, index): Part[] =>
    'ratePerSecond' in load
      ? [
          {
            path: ['clients', index, 'load', 'ratePerSecond'],
            field: `clients.${index}.load.ratePerSecond`,
            value: load.ratePerSecond,
          },
        ]
      : [],
  );
  return tooMany(parts, settings.limits.maxRequestsPerSecond, {
    limit: 'maxRequestsPerSecond',
    of: 'requests a second',
    rule: (most) => `All clients together may send ${most} requests a second.`,
    fix: (field) => `Lower ${field}: what fails is seen at a rate of 1000, too.`,
  });
}

interface Words {
  readonly limit: keyof Settings['limits'];
  readonly of: string;
  readonly rule: (most: number) => string;
  readonly fix: (field: string) => string;
}

function tooMany(parts: readonly Part[], most: number, { limit, of, rule, fix }: Words): Issue | null {
  const over = sumOver(parts, most);
  if (over === null) return null;
  const { all, others, path, field, value } = over;
  return {
    code: 'limitExceeded',
    path,
    message: `${field} ${field === 'manifests' ? 'ask' : 'asks'} for ${value} ${of}${others}; limits.${limit} is ${most}.`,
    value: all,
    rule: rule(most),
    fix: `${fix(field)} Or raise limits.${limit} to ${all}, if there are time and memory for it.`,
  };
}

/** The largest part, and what all come to; null where that is no more than `most`. */
function sumOver(parts: readonly Part[], most: number) {
  const all = parts.reduce((sum, { value }) => sum + value, 0);
  if (all <= most) return null;
  const main = parts.reduce((a, b) => (b.value > a.value ? b : a));
  return { ...main, all, others: all === main.value ? '' : `, and with the others ${all}` };
}

/** Each request is sent, attempted, answered and received. */
const EVENTS_PER_REQUEST = 4;
/** Of a Pod that stops, beside what its Services and those who route to it do. */
const EVENTS_PER_POD = 60;

/** What a run takes at least, as far as that can be told beforehand: what no `limits.maxEvents` that was given, nor the usual one, allows. */
function eventIssue(objects: readonly ManifestObject[], settings: Settings): Issue | null {
  const most = Math.max(settings.limits.maxEvents, DEFAULT_LIMITS.maxEvents);
  const parts = [...clientParts(settings), ...actionParts(objects, settings)];
  const over = sumOver(parts, most);
  if (over === null) return null;
  const { all, others, path, field, value } = over;
  return {
    code: 'limitExceeded',
    path,
    message: `${field} takes at least ${value} events in a run${others}; limits.maxEvents is ${settings.limits.maxEvents}.`,
    value: all,
    rule: `A run may take ${most} events.`,
    fix: `Ask for less (requests, replicas, nodes, Services), or end it earlier (a client's stop, a horizon). Or raise limits.maxEvents to ${all}, if there is time for it.`,
  };
}

function clientParts({ clients, actions = [], horizon }: Settings): readonly Part[] {
  const last = largest(
    actions.map(({ at }) => micros(at)),
    0,
  );
  return clients.map((client, index) => {
    const { load, start, stop } = client;
    const from = start === undefined ? 0 : micros(start);
    const until = Math.min(
      stop === undefined ? last : micros(stop),
      horizon === undefined ? Number.POSITIVE_INFINITY : micros(horizon),
    );
    const requests = (Math.max(0, until - from) / MICROS_PER_SECOND) * perSecond(client);
    const field = 'ratePerSecond' in load ? 'ratePerSecond' : 'concurrency';
    return {
      path: ['clients', index, 'load', field],
      field: `clients.${index}.load.${field}`,
      value: Math.floor(requests * EVENTS_PER_REQUEST),
    };
  });
}

/** Requests a second, at most as many as its workers get done. */
function perSecond({ load, request, connection, requestTimeout }: ClientSettings): number {
  if ('ratePerSecond' in load) return load.ratePerSecond;
  const work =
    typeof connection === 'object' && 'stream' in connection ? connection.stream.duration : request.duration;
  const longest = (delay: typeof work) => bounds(toDistribution(delay))[1];
  // Ways there and back, and what a request that is not answered waits for, are not known here.
  const each =
    longest(work) +
    longest(load.pause) +
    MICROS_PER_SECOND +
    (requestTimeout === undefined ? 0 : micros(requestTimeout));
  return (load.concurrency * MICROS_PER_SECOND) / each;
}

function actionParts(objects: readonly ManifestObject[], settings: Settings): readonly Part[] {
  const daemons = daemonsOf(settings);
  const hearers = 1 + nodesOf(settings) + settings.routers.length;
  const services = new Map<ManifestObject, number>();
  const servicesOf = (object: ManifestObject) => {
    const known = services.get(object) ?? selecting(object, objects);
    services.set(object, known);
    return known;
  };
  return (settings.actions ?? []).flatMap((action, index): Part[] => {
    const name =
      'deployment' in action ? action.deployment : 'workload' in action ? action.workload : undefined;
    if (name === undefined) return [];
    const object = objects.find(({ kind, metadata }) => kind !== 'Service' && name.endsWith(metadata.name));
    if (object === undefined) return [];
    const pods = podsChangedBy(action.type, object, daemons);
    const writes = Math.min(servicesOf(object), pods < SHARED ? Number.POSITIVE_INFINITY : 1);
    const each = EVENTS_PER_POD + writes * hearers;
    return [{ path: ['actions', index], field: `actions.${index} (${action.type})`, value: pods * each }];
  });
}

/** Many Pods that change at a time share writes of slices. */
const SHARED = 20;

function podsChangedBy(
  type: NonNullable<Settings['actions']>[number]['type'],
  object: ManifestObject,
  daemons: DaemonPods,
) {
  const { value } = podsOf(object, daemons);
  switch (type) {
    case 'rollingUpdate':
    case 'rolloutRestart':
    case 'setImage':
      return 2 * value;
    case 'delete':
      return value;
    default:
      return 0;
  }
}

function selecting(object: ManifestObject, objects: readonly ManifestObject[]): number {
  if (object.kind === 'Service') return 0;
  const { labels } = object.kind === 'Pod' ? object.metadata : object.spec.template.metadata;
  const { namespace } = object.metadata;
  return objects.filter(
    (each) =>
      each.kind === 'Service' &&
      each.metadata.namespace === namespace &&
      matchesServiceSelector(labels, each.spec.selector),
  ).length;
}

/** The Nodes of the manifests where the cluster says no more than how many there are. */
function nodesOf({ cluster, nodeManifests }: Settings): number {
  return typeof cluster.nodes === 'number' ? nodeManifests.length || cluster.nodes : cluster.nodes.length;
}

/** How many Pods a DaemonSet asks for. */
type DaemonPods = (object: DaemonSet) => number;

/** One for each node that it may run on; where there are too many nodes, for each. */
function daemonsOf(settings: Settings): DaemonPods {
  const count = nodesOf(settings);
  if (count > settings.limits.maxNodes) return () => count;
  let cluster: ClusterNodes | undefined;
  return (object) => {
    cluster ??= clusterNodes(settings, settings.nodeManifests, []);
    return daemonNodeCount(object, cluster);
  };
}

/** How many Pods an object asks for, and by which field. */
function podsOf(object: ManifestObject, daemons: DaemonPods): Part {
  const { kind, metadata } = object;
  const of = (field: string, value: number): Part => ({
    path: ['manifests'],
    field: `${kind}/${metadata.name}: ${field}`,
    value,
  });
  switch (kind) {
    case 'Service':
      return of('', 0);
    case 'DaemonSet':
      return of('cluster.nodes', daemons(object));
    case 'Pod':
      return of('metadata.name', 1);
    default: {
      const { spec } = object;
      return 'replicas' in spec
        ? of('spec.replicas', spec.replicas)
        : of('spec.parallelism', spec.parallelism);
    }
  }
}
