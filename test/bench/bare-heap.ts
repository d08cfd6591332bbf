/** A binary heap of (time, tie, payload) over typed arrays and nothing else: the limit that a loop around it is measured by. */
export class BareHeap {
  readonly times: Float64Array;
  readonly ties: Float64Array;
  readonly payloads: Int32Array;
  size = 0;

  constructor(capacity: number) {
    // One more than needed at the end: the last node without a right child compares with infinity instead of branching.
    this.times = new Float64Array(capacity + 2).fill(Number.POSITIVE_INFINITY);
    this.ties = new Float64Array(capacity + 2);
    this.payloads = new Int32Array(capacity + 2);
  }

  push(time: number, tie: number, payload: number): void {
    const { times, ties, payloads } = this;
    let index = this.size++;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && ties[parent]! < tie)) break;
      times[index] = parentTime;
      ties[index] = ties[parent]!;
      payloads[index] = payloads[parent]!;
      index = parent;
    }
    times[index] = time;
    ties[index] = tie;
    payloads[index] = payload;
  }

  /** Takes the earliest off; what it was is at index 0 before. */
  pop(): void {
    const { times, ties, payloads } = this;
    const size = --this.size;
    const time = times[size]!;
    const tie = ties[size]!;
    const payload = payloads[size]!;
    times[size] = Number.POSITIVE_INFINITY;
    if (size === 0) return;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      const left = times[child]!;
      const other = times[right]!;
      // An addition instead of a branch that is mispredicted every second time.
      child += Number(other < left) | (Number(other === left) & Number(ties[right]! < ties[child]!));
      const childTime = times[child]!;
      if (time < childTime || (time === childTime && tie < ties[child]!)) break;
      times[index] = childTime;
      ties[index] = ties[child]!;
      payloads[index] = payloads[child]!;
      index = child;
    }
    times[index] = time;
    ties[index] = tie;
    payloads[index] = payload;
  }
}
