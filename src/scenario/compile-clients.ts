import type { ClientInfo, Connecting, Entry, Home, Load, RetryRule } from '../cluster/clients.ts';
import type { Issue } from '../cluster/issue.ts';
import type { Service } from '../cluster/objects.ts';
import { qualifiedName } from '../cluster/qualified-name.ts';
import type { InitialPod, NodeInfo, RouterInfo, ServiceInfo } from '../cluster/world.ts';
import type { Distribution } from '../kernel/distribution.ts';
import { MAX_DURATION, MICROS_PER_SECOND } from '../kernel/time.ts';
import { listOfVia } from '../routing/router-schema.ts';
import { micros, toDistribution } from '../schema/delay-input.ts';
import type { ClientSettings } from './clients.ts';

/** Turns clients into what their actors work with: names become indexes, and what cannot be reached is an issue. */

/** What clients can name. */
/** What a client's fields say: names of what the scenario has. */
const MUST_EXIST = 'A client may name only what the scenario has, and each client has a name of its own.';

export interface Surroundings {
  readonly services: readonly Service[];
  readonly infos: readonly ServiceInfo[];
  readonly nodes: readonly NodeInfo[];
  readonly pods: readonly InitialPod[];
  readonly routers: readonly RouterInfo[];
}

export function compileClients(
  clients: readonly ClientSettings[],
  around: Surroundings,
  issues: Issue[],
): ClientInfo[] {
  const names = clients.map(({ name }) => name);
  return clients.flatMap((client, index) => {
    const report = (at: string, code: string, message: string, fix: string, rule: string = MUST_EXIST) => {
      const value = client[at as keyof ClientSettings];
      issues.push({ code, path: ['clients', index, at], message, rule, value, fix });
    };
    if (names.indexOf(client.name) !== index) {
      report(
        'name',
        'duplicateClient',
        `Two clients are called "${client.name}".`,
        'Give each a name of its own.',
      );
    }
    const target = targetOf(client, around, report);
    if (target === null) return [];
    const home = homeOf(client, around, report);
    if (home === undefined) return [];
    const place = placeOf(client, home, target.service, around, report);
    if (place?.entry.kind === 'routers' && target.protocol === 'UDP') {
      const rule = 'Of UDP the data planes of the nodes alone are simulated.';
      const message = `Client "${client.name}" would send UDP through a router.`;
      report(
        'through',
        'datagramsThroughRouter',
        message,
        "Use through: 'clusterIP', or leave the client out.",
        rule,
      );
      return [];
    }
    return place === null ? [] : [clientInfo(client, home, target, place)];
  });
}

type Report = (at: string, code: string, message: string, fix: string, rule?: string) => void;

interface Target {
  readonly service: number;
  readonly port: number;
  readonly protocol: ClientInfo['protocol'];
}

function matches(protocol: ClientInfo['protocol'], connection: ClientSettings['connection']): boolean {
  return protocol === 'UDP' ? connection === 'new' || connection === 'flow' : connection !== 'flow';
}

function targetOf(client: ClientSettings, around: Surroundings, report: Report): Target | null {
  const names = around.infos.map(({ name }) => name);
  const known = names.length === 0 ? 'The manifests hold no Service.' : `Services: ${names.join(', ')}.`;
  if (client.service === undefined && names.length !== 1) {
    const message = `Client "${client.name}" names no Service, and there are ${names.length}.`;
    report('service', 'noService', message, known);
    return null;
  }
  const service = client.service === undefined ? 0 : names.indexOf(client.service);
  if (service < 0) {
    const message = `Client "${client.name}" sends to Service "${client.service}", which the manifests do not hold.`;
    report('service', 'unknownService', message, known);
    return null;
  }
  const { ports } = around.services[service]!.spec;
  const wanted = client.port;
  const port = wanted === undefined ? 0 : ports.findIndex((p) => p.port === wanted || p.name === wanted);
  const found = ports[port];
  if (found === undefined) {
    const message = `Service "${names[service]}" has no port ${wanted ?? ''}`.trimEnd();
    const have = ports.map((p) => (p.name === '' ? String(p.port) : `${p.port} (${p.name})`)).join(', ');
    report('port', 'unknownPort', `${message}.`, `Its ports: ${have || 'none'}.`);
    return null;
  }
  if (found.protocol === 'SCTP') {
    const message = `Client "${client.name}" would send to port ${found.port} of Service "${names[service]}", which is ${found.protocol}.`;
    const rule = 'Clients speak TCP and UDP.';
    report(
      'port',
      'notTCP',
      message,
      'Name a TCP or UDP port of the Service, or leave the client out.',
      rule,
    );
    return null;
  }
  if (!matches(found.protocol, client.connection)) {
    const message = `Client "${client.name}" sends to port ${found.port} of Service "${names[service]}", which is ${found.protocol}.`;
    const rule =
      "Over UDP a client uses a socket for each request ('new') or one for all ('flow'), over TCP a flow is no connection.";
    const fix =
      found.protocol === 'UDP' ? "Use connection: 'new' or 'flow'." : "Use connection: 'new' or keepAlive.";
    report('connection', 'connectionOfProtocol', message, fix, rule);
    return null;
  }
  return { service, port, protocol: found.protocol };
}

interface Place {
  /** The last router on the way ends the client's connections. */
  readonly proxied: boolean;
  readonly entry: Entry;
  readonly address: ClientInfo['address'];
  readonly latency: Distribution;
}

function atNodes(nodes: readonly number[], address: Place['address'], latency: Distribution): Place {
  return { entry: { kind: 'nodes', nodes }, address, latency, proxied: false };
}

function placeOf(
  client: ClientSettings,
  home: Home | null,
  service: number,
  around: Surroundings,
  report: Report,
): Place | null {
  const { name } = client;
  const inside = home === null ? null : home.node;
  const info = around.infos[service]!;
  const latency = toDistribution(client.latency ?? (inside === null ? '1ms' : '0s'));
  if (client.via !== undefined) {
    if (client.through !== undefined) {
      const message = `Client "${name}" has both through and via.`;
      report(
        'via',
        'viaBesideThrough',
        message,
        'Remove through: the last name in via is the router that it goes through.',
      );
      return null;
    }
    return placeBehind(client, 'via', listOfVia(client.via), service, latency, around, report);
  }
  const through = client.through ?? defaultThrough(client, service, around);
  if (typeof through === 'object' && 'router' in through) {
    return placeBehind(client, 'through', [through.router], service, latency, around, report);
  }
  if (info.headless) {
    const message = `Client "${name}" would use an address of Service "${info.name}", which is headless.`;
    const fix =
      "Add a router that stands for DNS, routers.dnsHeadless(), and name it: through: { router: 'dns' }.";
    report('through', 'headless', message, fix, 'The nodes program nothing for a headless Service.');
    return null;
  }
  if (through === 'clusterIP') {
    if (inside !== null) return atNodes([inside], 'internal', latency);
    const message = `Client "${name}" is outside the cluster, and Service "${info.name}" has no address there.`;
    const rule = 'A ClusterIP exists only on the nodes.';
    const fix =
      'Make the Service a NodePort or a LoadBalancer, add a router, or put the client inside: from: { node: … }.';
    report('from', 'notReachable', message, fix, rule);
    return null;
  }
  return externalPlace(client, through, inside, service, latency, around, report);
}

/** Of a client that sends through routers: those in `names`, and before the first of them whatever that is reached via. */
function placeBehind(
  { name }: ClientSettings,
  field: 'through' | 'via',
  names: readonly string[],
  service: number,
  latency: Distribution,
  { infos, routers }: Surroundings,
  report: Report,
): Place | null {
  const known = routers.map((router) => router.name).join(', ');
  const own = names.map((each) => routers.findIndex((router) => router.name === each));
  const last = routers[own[own.length - 1]!];
  const missing = names.find((_, index) => own[index]! < 0);
  if (missing !== undefined || last === undefined || !last.services.includes(service)) {
    const wrong = missing ?? names[names.length - 1];
    const what =
      missing === undefined ? `does not route to Service "${infos[service]!.name}"` : 'does not exist';
    const message = `Client "${name}" goes through router "${wrong}", which ${what}.`;
    report(field, 'unknownRouter', message, `Routers: ${known || 'none; add one to routers'}.`);
    return null;
  }
  if (last.targets === 'nodes' && !infos[service]!.externallyAccessible) {
    const message = `Client "${name}" goes through router "${last.name}" before nodes, and Service "${infos[service]!.name}" has no node port.`;
    report(field, 'noExternalAddress', message, 'Make the Service a NodePort or a LoadBalancer.');
    return null;
  }
  const row = [...rowBefore(own[0]!, routers), ...own];
  const address = last.targets === 'nodes' ? 'external' : 'internal';
  const entry: Entry = { kind: 'routers', routers: [...new Set(row)] };
  return { entry, address, latency, proxied: last.proxy !== null };
}

/** Routers that a connection passes before this one, the outermost first. */
function rowBefore(
  router: number,
  routers: readonly RouterInfo[],
  passed: readonly number[] = [router],
): readonly number[] {
  const before = routers[router]!.before.filter((each) => !passed.includes(each));
  return before.flatMap((each) => [...rowBefore(each, routers, [...passed, each]), each]);
}

/** Where a client inside the cluster lives; null outside, undefined where that is unknown. */
function homeOf(
  { name, from }: ClientSettings,
  { nodes, pods }: Surroundings,
  report: Report,
): Home | null | undefined {
  if (from === 'external') return null;
  if ('node' in from) {
    const node = nodes.findIndex((candidate) => candidate.name === from.node);
    if (node >= 0) return { node, pod: -1 };
    const known = firstOf(nodes.map((candidate) => candidate.name));
    const message = `Client "${name}" is on node "${from.node}", which does not exist.`;
    report('from', 'unknownNode', message, `Nodes: ${known}.`);
    return undefined;
  }
  const names = pods.map((candidate) => qualifiedName(candidate.namespace, candidate.name));
  const pod = names.indexOf(from.pod);
  if (pod >= 0) return { node: pods[pod]!.node, pod };
  const message = `Client "${name}" is in Pod "${from.pod}", which does not exist.`;
  report('from', 'unknownPod', message, `Pods: ${firstOf(names)}.`);
  return undefined;
}

function firstOf(names: readonly string[]): string {
  return names.slice(0, 8).join(', ');
}

function defaultThrough(
  { from }: ClientSettings,
  service: number,
  { infos, routers }: Surroundings,
): NonNullable<ClientSettings['through']> {
  const serving = routers.filter(({ services }) => services.includes(service));
  const [router] = serving;
  const { externallyAccessible, headless } = infos[service]!;
  if (from !== 'external') return headless && router !== undefined ? { router: router.name } : 'clusterIP';
  const only = serving.length === 1 ? router : undefined;
  if (only?.targets === 'nodes' && externallyAccessible) return { router: only.name };
  if (externallyAccessible) return 'loadBalancer';
  return router !== undefined && serving.length === 1 ? { router: router.name } : 'clusterIP';
}

function externalPlace(
  { name }: ClientSettings,
  through: 'nodePort' | 'loadBalancer' | { readonly nodePort: string },
  inside: number | null,
  service: number,
  latency: Distribution,
  { infos, nodes, pods }: Surroundings,
  report: Report,
): Place | null {
  const info = infos[service]!;
  if (!info.externallyAccessible) {
    const message = `Client "${name}" uses a node port or a load balancer of Service "${info.name}", which has none.`;
    report('through', 'noExternalAddress', message, 'Make the Service a NodePort or a LoadBalancer.');
    return null;
  }
  // A Pod or a node that uses an external address is caught on its own node already.
  if (inside !== null) return atNodes([inside], 'externalFromInside', latency);
  if (typeof through === 'object') {
    const node = nodes.findIndex((candidate) => candidate.name === through.nodePort);
    if (node < 0) {
      const known = firstOf(nodes.map((candidate) => candidate.name));
      report('through', 'unknownNode', `There is no node "${through.nodePort}".`, `Nodes: ${known}.`);
      return null;
    }
    return atNodes([node], 'external', latency);
  }
  const all = nodes.map((_, node) => node);
  const local = all.filter((node) => pods.some((pod) => pod.node === node));
  // A load balancer's health check finds the nodes that have an endpoint of their own.
  const behind = through === 'loadBalancer' && info.externalPolicyLocal && local.length > 0 ? local : all;
  return atNodes(behind, 'external', latency);
}

function clientInfo(
  client: ClientSettings,
  home: Home | null,
  { service, port, protocol }: Target,
  place: Place,
): ClientInfo {
  const { name, connection, request, start, stop, requestTimeout } = client;
  const isStream = typeof connection === 'object' && 'stream' in connection;
  return {
    name,
    service,
    port,
    home,
    entry: place.entry,
    address: place.address,
    latency: place.latency,
    load: loadOf(client),
    startsAt: start === undefined ? 0 : micros(start),
    stopsAt: stop === undefined ? Number.POSITIVE_INFINITY : micros(stop),
    protocol,
    connection: connectingOf(client, place.proxied),
    duration: toDistribution(isStream ? connection.stream.duration : request.duration),
    idempotent: request.idempotent,
    connectTimeout: micros(client.connectTimeout),
    requestTimeout:
      requestTimeout === undefined
        ? isStream
          ? MAX_DURATION
          : 30 * MICROS_PER_SECOND
        : micros(requestTimeout),
    retry: retryOf(client),
  };
}

function loadOf({ load, start }: ClientSettings): Load {
  if ('concurrency' in load)
    return { kind: 'concurrency', workers: load.concurrency, pause: toDistribution(load.pause) };
  const gaps = load.arrivals === 'poisson' ? toDistribution({ exponential: { mean: '1s' } }) : null;
  return { kind: 'rate', perSecond: load.ratePerSecond, gaps, atStart: start !== undefined };
}

/** Behind a proxy every request has a connection of its own; the client's to the proxy says nothing of Pods. */
function connectingOf({ connection }: ClientSettings, proxied: boolean): Connecting {
  if (connection === 'flow') return { kind: 'flow' };
  if (proxied || connection === 'new' || 'stream' in connection) return { kind: 'new' };
  const { pool, multiplexed, maxStreams, ...limits } = connection.keepAlive;
  const idleTimeout = micros(limits.idleTimeout);
  const maxRequests = limits.maxRequests ?? Number.POSITIVE_INFINITY;
  if (!multiplexed) return { kind: 'keepAlive', pool, idleTimeout, maxRequests };
  return {
    kind: 'multiplexed',
    idleTimeout,
    maxRequests,
    maxStreams: maxStreams ?? Number.POSITIVE_INFINITY,
  };
}

const CONNECT_ATTEMPTS = 3;

function retryOf({ retry }: ClientSettings): RetryRule {
  if (typeof retry === 'object')
    return { on: 'any', attempts: retry.attempts, backoff: micros(retry.backoff) };
  if (retry === 'none') return { on: 'none', attempts: 1, backoff: 0 };
  if (retry === 'onConnectFailure') return { on: 'connect', attempts: CONNECT_ATTEMPTS, backoff: 0 };
  return { on: 'reused', attempts: Number.POSITIVE_INFINITY, backoff: 0 };
}
