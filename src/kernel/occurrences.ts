/**
 * How often a run has drawn for each (site, receiver, object, transition).
 *
 * What the API server tells every node is drawn for thousands of receivers with neighbouring numbers, so a row of the table counts for 64 of
 * them: two bits each, and what came more often is counted apart.
 */
export class Occurrences {
  /** Rows of a key, four numbers, and four words of counts. An open-addressing hash table; the first number of an empty row is 0. */
  private rows = new Int32Array(ROW * MIN_ROWS);
  private mask = MIN_ROWS - 1;
  private used = 0;
  /** Where the row begins that was asked for last: a fan asks for it again and again. */
  private latest = 0;
  private readonly often = new Map<string, number>();

  /** How often this was asked before. */
  next(site: number, receiver: number, object: number, transition: number): number {
    const page = receiver >> PAGE_BITS;
    let row = this.latest;
    if (!this.isOf(row, site, page, object, transition)) {
      row = this.find(site, page, object, transition);
      this.latest = row;
    }
    const word = row + KEY + ((receiver >> 4) & 3);
    const shift = (receiver & 15) << 1;
    const bits = this.rows[word]!;
    const seen = (bits >>> shift) & MANY;
    if (seen === MANY) return this.nextOfMany(`${site}/${receiver}/${object}/${transition}`);
    this.rows[word] = (bits + (1 << shift)) | 0;
    return seen;
  }

  private nextOfMany(key: string): number {
    const seen = this.often.get(key) ?? MANY;
    this.often.set(key, seen + 1);
    return seen;
  }

  private isOf(row: number, site: number, page: number, object: number, transition: number): boolean {
    const { rows } = this;
    return (
      rows[row + 3] === transition &&
      rows[row + 2] === object &&
      rows[row + 1] === page &&
      rows[row] === site + 1
    );
  }

  /** The row of a key, added where there is none. */
  private find(site: number, page: number, object: number, transition: number): number {
    let index = hashOf(site, page, object, transition) & this.mask;
    for (;;) {
      const row = index * ROW;
      if (this.rows[row] === 0) return this.add(row, site, page, object, transition);
      if (this.isOf(row, site, page, object, transition)) return row;
      index = (index + 1) & this.mask;
    }
  }

  private add(row: number, site: number, page: number, object: number, transition: number): number {
    if (this.used * 2 > this.mask) {
      this.enlarge();
      return this.find(site, page, object, transition);
    }
    this.used++;
    const { rows } = this;
    rows[row] = site + 1;
    rows[row + 1] = page;
    rows[row + 2] = object;
    rows[row + 3] = transition;
    return row;
  }

  private enlarge(): void {
    const { rows: old } = this;
    const rows = new Int32Array(old.length * 2);
    const mask = this.mask * 2 + 1;
    for (let from = 0; from < old.length; from += ROW) {
      if (old[from] === 0) continue;
      let index = hashOf(old[from]! - 1, old[from + 1]!, old[from + 2]!, old[from + 3]!) & mask;
      while (rows[index * ROW] !== 0) index = (index + 1) & mask;
      const to = index * ROW;
      for (let each = 0; each < ROW; each++) rows[to + each] = old[from + each]!;
    }
    this.rows = rows;
    this.mask = mask;
  }
}

const { imul } = Math;

const KEY = 4;
const ROW = 8;
const MIN_ROWS = 64;
/** 64 receivers share a row. */
const PAGE_BITS = 6;
/** So often, and from then on more often than two bits can say. */
const MANY = 3;

function hashOf(site: number, page: number, object: number, transition: number): number {
  let h = imul(site ^ imul(page, 0x9e3779b1), 0x85ebca6b) ^ object;
  h = imul(h ^ (h >>> 15), 0xc2b2ae35) ^ transition;
  h = imul(h ^ (h >>> 13), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
