import type { PlaneIdiom } from '../../cluster/data-plane.ts';
import type { DelaySite } from '../../cluster/delay-sites.ts';
import type { NodeInfo, ServiceInfo } from '../../cluster/world.ts';
import type { MinorVersion, PatchVersion } from '../../rules/machinery/version.ts';
import type { CategorizedEndpoint, CategorizedEndpoints } from '../../rules/proxy/categorize-endpoints.ts';
import type {
  PacketAddress,
  PacketSource,
  PacketVerdict,
  PacketVerdictService,
} from '../../rules/proxy/packet-verdict.ts';
import type { SelectionRule } from '../../rules/routers/select-endpoints.ts';
import type * as z from '../../schema/zod.ts';
import type { PresetNumber } from '../presets/preset.ts';
import type { PlaneRunnerConfig } from './runner.ts';

/** An endpoint of a Service as one node's data plane sees it. */
export type PlaneEndpoint = CategorizedEndpoint & { readonly pod: number; readonly node: number };

/** Who takes new connections of one Service on one node, under each of its policies. */
export type PlaneLists = Pick<
  CategorizedEndpoints<PlaneEndpoint>,
  'clusterEndpoints' | 'localEndpoints' | 'allReachableEndpoints' | 'hasAnyEndpoints'
>;

/** The version of Kubernetes. */
export interface PlaneVersion {
  readonly minor: MinorVersion;
  readonly patch: PatchVersion;
}

/** For which Service, on which node, in which cluster something is decided. */
export interface PlaneScope<Config> {
  readonly service: ServiceInfo;
  readonly node: NodeInfo;
  readonly version: PlaneVersion;
  readonly config: Config;
}

/** The endpoints of a Service before and after a sync. */
export interface PlaneChange {
  readonly before: readonly PlaneEndpoint[];
  readonly after: readonly PlaneEndpoint[];
}

/** How much work one sync is. */
export interface PlaneWork {
  /** How long ago the latest sync of everything was, in ms; 0 where that is no question. */
  readonly sinceLastFullSyncMs: number;
  readonly services: number;
  readonly totalEndpoints: number;
  /** Endpoints of those Services that changed since the last sync. */
  readonly changedEndpoints: number;
}

/**
 * The data plane of a cluster's nodes, pure: when a node programs what its watch brought, whom it sends new connections to then, and
 * what becomes of open ones. `Schema` says what a user writes, `Config` is the same in numbers (plain data).
 */
export interface DataPlane<Schema extends z.ZodType, Config> {
  /** What it is called in sentences. */
  readonly title: string;
  /** Its agent on a node: what the node's actor is called. */
  readonly agent: string;
  /** What it does, for the docs. */
  readonly docs: string;
  readonly schema: Schema;
  /** Whom it sends new connections to, in a word; `program` knows more. */
  readonly pick: SelectionRule;
  /** What its numbers are, where they are from and how sure they are; without those that a user gave. */
  numbers(config: Config): readonly PresetNumber[];
  /** What becomes of connections that are open when an endpoint goes. */
  readonly established: string;
  /** Where it waits: for its watch, until the kernel has the new state, and from then until the sync returns (null: at once). */
  readonly sites: { readonly watch: DelaySite; readonly sync: DelaySite; readonly syncEnd: DelaySite | null };
  config(settings: z.output<Schema>): Config;
  /** When its syncs may start. */
  runner(config: Config, version: PlaneVersion): PlaneRunnerConfig;
  /** What the size of the cluster adds to a sync, in microseconds. */
  costUs(work: PlaneWork, version: PlaneVersion): number;
  /** Who takes new connections. */
  program(endpoints: readonly PlaneEndpoint[], scope: PlaneScope<Config>): PlaneLists;
  /** What happens to the first packet of a connection, by these lists. */
  readonly verdict: (
    source: PacketSource,
    address: PacketAddress,
    service: PacketVerdictService<PlaneEndpoint>,
  ) => PacketVerdict<PlaneEndpoint>;
  /** Of the endpoints in the slices, those that it holds, be it only for the connections that are open; none where it never looks at those. */
  holds(endpoints: readonly PlaneEndpoint[], scope: PlaneScope<Config>): readonly PlaneEndpoint[];
  /** Whether open TCP connections to an endpoint that it no longer holds are reset. */
  resets(config: Config): boolean;
  /** Whether a UDP flow to a Pod is forgotten once a change of its Service is programmed: its next packet is routed anew. */
  cutsFlow(pod: number, change: PlaneChange, scope: PlaneScope<Config>): boolean;
  /** What the health-check node port of a Service answers on the node whose endpoints these are. */
  healthCheck(local: readonly PlaneEndpoint[], version: PlaneVersion): 200 | 503;
  /** How what it holds is written where one reads it on the node. */
  readonly idiom: PlaneIdiom;
}
