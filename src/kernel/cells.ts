import type { Actor } from './actor.ts';

/** All cells of a run: by actor, kind and object. A cell is one immutable value that is replaced whole. */
export type Cells = unknown[][][];

export function initialCells(actors: readonly Actor[]): Cells {
  return actors.map(({ cells }) => {
    const kinds: unknown[][] = [];
    for (const states of cells) kinds.push(copied(states));
    return kinds;
  });
}

/** Cells are read by index at every event: their arrays are of one hidden class, whatever they hold and whether there are any yet. */
function copied(states: readonly unknown[]): unknown[] {
  const copy = new Array<unknown>(states.length + 1);
  // A place that is no small number and one that is not there: from then on the array may hold both.
  copy[0] = undefined;
  copy.length = states.length;
  for (let index = 0; index < states.length; index++) copy[index] = states[index];
  return copy;
}

/** `cells` with one replaced; everything else is shared. */
export function withCell(cells: Cells, actor: number, kind: number, object: number, state: unknown): Cells {
  const next = cells.slice();
  const kinds = (next[actor] ?? []).slice();
  const objects = (kinds[kind] ?? []).slice();
  objects[object] = state;
  kinds[kind] = objects;
  next[actor] = kinds;
  return next;
}

/** The changes of cells over a run, in columns, so that any past instant can be rebuilt. */
export class CellHistory {
  private readonly seqs: number[] = [];
  private readonly addresses: number[] = [];
  private readonly states: unknown[] = [];

  add(seq: number, actor: number, kind: number, object: number, state: unknown): void {
    this.seqs.push(seq);
    this.addresses.push(actor, kind, object);
    this.states.push(state);
  }

  /** Calls `visit` with every change that the event at `seq` made. */
  changes(seq: number, visit: (actor: number, kind: number, object: number, state: unknown) => void): void {
    let low = 0;
    let high = this.seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.seqs[middle]! < seq) low = middle + 1;
      else high = middle;
    }
    for (let index = low; this.seqs[index] === seq; index++) {
      const address = index * 3;
      const { addresses } = this;
      visit(addresses[address]!, addresses[address + 1]!, addresses[address + 2]!, this.states[index]);
    }
  }

  /** Calls `visit` with every change, in the order in which they were made. */
  each(visit: (seq: number, actor: number, kind: number, object: number, state: unknown) => void): void {
    this.seqs.forEach((seq, index) => {
      const at = index * 3;
      const { addresses } = this;
      visit(seq, addresses[at]!, addresses[at + 1]!, addresses[at + 2]!, this.states[index]);
    });
  }

  /** The cells as they were once the event at `seq` had been handled. */
  at(initial: readonly Actor[], seq: number): Cells {
    const cells = initialCells(initial);
    for (let index = 0; index < this.seqs.length && this.seqs[index]! <= seq; index++) {
      const address = index * 3;
      const kinds = cells[this.addresses[address]!]!;
      kinds[this.addresses[address + 1]!]![this.addresses[address + 2]!] = this.states[index];
    }
    return cells;
  }
}
