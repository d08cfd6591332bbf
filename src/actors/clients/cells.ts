import type { RequestRetried } from '../../cluster/traffic.ts';
import { changing } from '../../kernel/changing.ts';
import type { Micros } from '../../kernel/time.ts';
import { cellsOf } from '../protocol.ts';

/** What a client holds: connections that it keeps, or the one that its requests share. */

export interface ClientState {
  /** The connection that was used last. */
  readonly kept: KeptConnection | null;
  readonly keptCount: number;
  /** It has ended with its Pod or its node: nothing that still comes concerns it. */
  readonly ended: boolean;
}

export interface KeptConnection {
  readonly pod: number;
  readonly node: number;
  /** Actor that chose the Pod. */
  readonly router: number;
  /** One way to the Pod. */
  readonly way: Micros;
  /** Requests that it has carried. */
  readonly carried: number;
  /** When it arrived at the Pod. */
  readonly openedAt: Micros;
  /** When its last answer left the Pod. */
  readonly idleSince: Micros;
  /** When that answer arrived. */
  readonly usedAt: Micros;
  /** After how long the server closes it while it carries nothing. */
  readonly keptFor: Micros;
  /** The one that was used before it. */
  readonly next: KeptConnection | null;
}

/** The one connection of a client that speaks HTTP/2. */
export interface Channel {
  /** The connection that requests are sent over; whether it still stands is asked at each. */
  readonly open: KeptConnection | null;
  /** Requests on it without an answer. */
  readonly streams: number;
  /** The request that opens one; null while none does. */
  readonly opening: RequestRetried | null;
  /** In the order in which they came. */
  readonly waiting: readonly RequestRetried[];
}

export const changedChannel = changing<Channel>((channel) => ({
  open: channel.open,
  streams: channel.streams,
  opening: channel.opening,
  waiting: channel.waiting,
}));

export interface ClientCells {
  readonly state: ClientState;
  /** When a Pod's server closed what it had, in order. */
  readonly closed: readonly Micros[];
  readonly channel: Channel;
}

export const CELL = cellsOf<'client', ClientCells>('client');
