import type { Outcome } from '../../verdict/types.ts';
import type { Axis } from './axis.ts';

/** A run as lanes over time: pure data, which the terminal, SVG and HTML draw each in their own way. Times are ms since the start. */

export type SpanKind =
  /** The API server: from deletionTimestamp until the object is gone. */
  | 'terminating'
  /** EndpointSlices: an endpoint that terminates and still serves. */
  | 'serving'
  /** EndpointSlices: an endpoint that terminates and no longer serves. */
  | 'notServing'
  /** A router: it still sends new connections to a Pod that was asked to stop. */
  | 'routed'
  /** A container: from its creation until it accepts. */
  | 'starting'
  /** A container: it runs and accepts. */
  | 'ready'
  | 'preStop'
  /** A container: from the stop signal until it ends. */
  | 'draining'
  /** New connections could be lost, or work was cut off: what makes a run unsafe. */
  | 'exposed';

export type MarkKind =
  | 'delete'
  | 'created'
  | 'ready'
  | 'signal'
  | 'closed'
  | 'exited'
  | 'sigkill'
  | 'letGo'
  | 'routedIn'
  | 'change'
  | 'gone'
  | 'failed'
  | 'answered';

export interface Span {
  readonly kind: SpanKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
  /** The event that it begins with; null where none is known. */
  readonly seq: number | null;
}

export interface Mark {
  readonly kind: MarkKind;
  readonly atMs: number;
  readonly label: string;
  readonly seq: number | null;
}

export type Section = 'controlPlane' | 'routers' | 'services' | 'pods' | 'clients';

export interface Lane {
  readonly section: Section;
  readonly name: string;
  /** The Pod that the lane is about; null where it is about several. */
  readonly pod: string | null;
  /** The node whose rules the lane shows; null for every other lane. */
  readonly node: string | null;
  /** Spans may overlap; those that matter more come later. */
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
  /** How many lanes it stands for: 1 but where what matters least was put together. */
  readonly count: number;
}

export interface Picture {
  /** What it shows: `Pod web-1-0`, `2 Pods that stop`. */
  readonly subject: string;
  readonly seed: number | null;
  readonly outcome: Outcome;
  /** The verdict in a line. */
  readonly headline: string;
  /** Of the gravest violation; empty where there is none. */
  readonly why: string;
  readonly fix: string;
  readonly lanes: readonly Lane[];
  readonly axis: Axis;
}

export const SPAN_WORDS: Readonly<Record<SpanKind, string>> = {
  terminating: 'terminating',
  serving: 'terminating',
  notServing: 'not serving',
  routed: 'still sends to a Pod that stops',
  starting: 'starting',
  ready: 'ready',
  preStop: 'preStop',
  draining: 'draining',
  exposed: 'connections can be lost',
};

export const MARK_WORDS: Readonly<Record<MarkKind, string>> = {
  delete: 'DELETE',
  created: 'created',
  ready: 'Ready',
  signal: 'stop signal',
  closed: 'stops accepting',
  exited: 'exits',
  sigkill: 'SIGKILL',
  letGo: 'lets go',
  routedIn: 'begins to send',
  change: 'endpoint changes',
  gone: 'object gone',
  failed: 'request failed',
  answered: 'request answered',
};
