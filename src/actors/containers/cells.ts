import { changing } from '../../kernel/changing.ts';
import { cellsOf } from '../protocol.ts';
import type { PodConnections } from './connections.ts';

/** The processes of one Pod. */
export interface PodProcesses {
  readonly template: number;
  readonly containers: readonly ContainerProcess[];
}

export interface ContainerProcess {
  readonly running: boolean;
  /** Whether its port accepts a new connection. */
  readonly accepting: boolean;
  /** Whether it ever has. */
  readonly hasAccepted: boolean;
  /** The stop signal has reached it. */
  readonly signalled: boolean;
  /** It has nothing left to do but the requests in flight, and exits with the last of them. */
  readonly finishing: boolean;
  /** For how many reasons it says that it is not ready, though it serves. */
  readonly unready: number;
  readonly exitCode: number | null;
  readonly sigkilled: boolean;
}

export const changedProcess = changing<ContainerProcess>((found) => ({
  running: found.running,
  accepting: found.accepting,
  hasAccepted: found.hasAccepted,
  signalled: found.signalled,
  finishing: found.finishing,
  unready: found.unready,
  exitCode: found.exitCode,
  sigkilled: found.sigkilled,
}));

/** What runs on a node. */
export interface ContainersCells {
  readonly pod: PodProcesses;
  readonly connections: PodConnections;
  /** Nothing is kept of it. */
  readonly node: null;
}

export const CELL = cellsOf<'containers', ContainersCells>('containers');
