import { grouped } from '../analysis/claim.ts';
import type { DataPlaneInfo } from '../cluster/data-plane.ts';
import type { ProgrammedRules, ServiceRules } from '../cluster/state.ts';
import type { ServiceInfo } from '../cluster/world.ts';
import { phrase } from '../report/phrase.ts';
import { type Axis, place } from '../report/picture/axis.ts';
import { type Knowledge, knowledgeOf, STATIONS } from '../report/picture/knowledge.ts';
import { momentsOf } from '../report/picture/moments.ts';
import { podNames } from '../report/rules.ts';
import { timelineEntries } from '../report/timeline-entries.ts';
import { programmedRulesOf, type Run } from '../run/simulate.ts';
import type { TraceEvent } from '../verdict/trace-events.ts';

/** What a page's script needs beside the text of the page: plain data, small enough to be embedded. */
export interface PageData {
  readonly axis: Axis;
  readonly actors: readonly string[];
  readonly pods: readonly string[];
  readonly events: readonly PageEvent[];
  /** Which events of the trace are not there, in words; empty where all are. */
  readonly left: string;
  readonly knowledge: PageKnowledge;
  readonly rules: PageRules;
}

/** Position in the trace, time, actor, Pod (-1: none), index of its cause among these events (-1: none), whether a timeline tells it, words. */
export type PageEvent = readonly [
  seq: number,
  atMs: number,
  actor: number,
  pod: number,
  cause: number,
  told: 0 | 1,
  what: string,
];

/** What everybody learnt, in its order; words and names stand once. */
export interface PageKnowledge {
  readonly who: readonly (readonly [name: string, station: number])[];
  readonly what: readonly string[];
  /** Position of the event in the trace, who, Pod, what; the last three as numbers. */
  readonly learnt: readonly (readonly [seq: number, who: number, pod: number, what: number])[];
}

/** What each node's data plane held: versions of what a Service's rules say, each as its difference to the one before. */
export interface PageRules {
  readonly services: readonly ServiceInfo[];
  readonly dataPlane: DataPlaneInfo;
  readonly podNames: readonly string[];
  readonly versions: readonly RulesVersion[];
  /** By node: from which instant on which version of each Service held. */
  readonly nodes: Readonly<Record<string, readonly (readonly [atMs: number, versions: readonly number[]])[]>>;
  /** Nodes that there are beside those. */
  readonly otherNodes: number;
}

/** `base`: the version that it differs from; -1: none. */
export interface RulesVersion {
  readonly base: number;
  readonly rules: Omit<ServiceRules, PodList>;
  readonly lists: readonly (readonly [removed: readonly number[], added: readonly number[]])[];
}

/** The lists of a Service's rules that text is made of. */
export const POD_LISTS = ['internalPods', 'externalPods', 'waiting'] as const;
type PodList = (typeof POD_LISTS)[number] | UnusedList;
type UnusedList = 'externalPodsFromInside' | 'routed' | 'routedNodes' | 'terminating';

/** Above this only what a timeline tells is embedded. */
const ALL_EVENTS = 1500;
const MOST_EVENTS = 30_000;
const MOST_NODES = 12;

export function pageData(run: Run, axis: Axis, nodesFirst: readonly string[]): PageData {
  const { trace } = run;
  const { world } = run.scenario;
  const told = new Set(timelineEntries(trace, world).map(({ event }) => event.seq));
  const kept = trace.length <= ALL_EVENTS ? trace : withCauses(trace, told);
  const actors = new Numbers();
  const pods = new Numbers();
  const index = new Map(kept.map(({ seq }, at) => [seq, at]));
  const events = kept.map((event): PageEvent => {
    const { seq, atMs, actor, pod, cause } = event;
    const at = cause === null ? -1 : (index.get(cause) ?? -1);
    const podAt = pod === undefined ? -1 : pods.of(pod);
    return [seq, atMs, actors.of(actor), podAt, at, told.has(seq) ? 1 : 0, phrase(event, world)];
  });
  const names = [...new Set([...nodesFirst, ...world.nodes.map(({ name }) => name)])].slice(0, MOST_NODES);
  const learnt = knowledgeOf(momentsOf(trace)).filter(({ seq }) => index.has(seq));
  return {
    axis,
    actors: actors.names,
    knowledge: pageKnowledge(learnt, pods),
    pods: pods.names,
    events,
    left: leftText(trace, kept, told),
    rules: pageRules(run, names),
  };
}

function leftText(
  trace: readonly TraceEvent[],
  kept: readonly TraceEvent[],
  told: ReadonlySet<number>,
): string {
  if (kept.length === trace.length) return '';
  const last = trace.findLast(({ seq }) => told.has(seq));
  const end = kept.at(-1);
  const until =
    last === undefined || end === undefined || end.seq >= last.seq
      ? ''
      : `, until ${(end.atMs / 1000).toFixed(1)} s`;
  return `${grouped(kept.length)} of ${grouped(trace.length)} events are in this page: those that a timeline tells, and what led to them${until}.`;
}

/** Events that are told, and all that led to them; the last ones are left out where there are too many. */
function withCauses(trace: readonly TraceEvent[], told: ReadonlySet<number>): readonly TraceEvent[] {
  const kept = new Set<number>();
  for (const seq of told) {
    for (let at: number | null = seq; at !== null && !kept.has(at); at = trace[at]!.cause) kept.add(at);
    if (kept.size > MOST_EVENTS) break;
  }
  return trace.filter(({ seq }) => kept.has(seq));
}

function pageKnowledge(learnt: readonly Knowledge[], pods: Numbers): PageKnowledge {
  const who = new Numbers();
  const what = new Numbers();
  const stations: number[] = [];
  const rows = learnt.map((each) => {
    const number = who.of(each.who);
    stations[number] = STATIONS.indexOf(each.station);
    return [each.seq, number, pods.of(each.pod), what.of(each.what)] as const;
  });
  return { who: who.names.map((name, at) => [name, stations[at]!]), what: what.names, learnt: rows };
}

/** Names by the order in which they are first met. */
class Numbers {
  readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  of(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.numbers.set(name, number);
    }
    return number;
  }
}

function pageRules(run: Run, names: readonly string[]): PageRules {
  const versions: RulesVersion[] = [];
  const numbers = new Map<ServiceRules, number>();
  const latest = new Map<number, number>();
  const originals: ServiceRules[] = [];
  const version = (rules: ServiceRules): number => {
    const known = numbers.get(rules);
    if (known !== undefined) return known;
    const base = latest.get(rules.service) ?? -1;
    const number = versions.push(versionOf(rules, base, originals[base])) - 1;
    originals.push(rules);
    numbers.set(rules, number);
    latest.set(rules.service, number);
    return number;
  };
  const nodes = Object.fromEntries(
    [...programmedRulesOf(run, names)].map(([node, held]) => [
      node,
      held.map(({ atMs, rules }) => [atMs, rules.services.map(version)] as const),
    ]),
  );
  const { services, dataPlane, nodes: all } = run.scenario.world;
  return {
    services,
    dataPlane,
    podNames: podNames(run),
    versions,
    nodes,
    otherNodes: all.length - names.length,
  };
}

function versionOf(rules: ServiceRules, base: number, before: ServiceRules | undefined): RulesVersion {
  // Whatever else it says, but for the long lists of Pods.
  const others = Object.fromEntries(Object.entries(rules).filter(([, value]) => !Array.isArray(value)));
  const lists = POD_LISTS.map((name) => {
    const was = new Set(before?.[name] ?? []);
    const is = new Set(rules[name]);
    const removed = [...was].filter((pod) => !is.has(pod));
    return [removed, rules[name].filter((pod) => !was.has(pod))] as const;
  });
  return { base, rules: others as RulesVersion['rules'], lists };
}

/** What a node held at an instant, put together again; null for a node that is not in the data. */
export function rulesIn(data: PageRules, node: string, atMs: number): ProgrammedRules | null {
  const held = data.nodes[node];
  if (held === undefined) return null;
  const [, versions] = held.findLast(([from]) => from <= atMs) ?? held[0]!;
  return { services: versions.map((version) => restored(data, version)) };
}

function restored(data: PageRules, version: number): ServiceRules {
  const chain: RulesVersion[] = [];
  for (let at = version; at >= 0; at = data.versions[at]!.base) chain.push(data.versions[at]!);
  const [internalPods = [], externalPods = [], waiting = []] = POD_LISTS.map((_, list) => {
    const pods = new Set<number>();
    for (const { lists } of chain.toReversed()) {
      const [removed, added] = lists[list]!;
      for (const pod of removed) pods.delete(pod);
      for (const pod of added) pods.add(pod);
    }
    return [...pods].sort((a, b) => a - b);
  });
  const unused = { externalPodsFromInside: [], routed: [], routedNodes: [], terminating: [] };
  return { ...data.versions[version]!.rules, internalPods, externalPods, waiting, ...unused };
}

/** Where an event lies on the axis. */
export function placeOf({ axis }: PageData, atMs: number): number {
  return place(axis, atMs);
}
