/** Work that pauses after each run, so that whoever drives it may look at the world between two of them. */
export type Steps<T> = Generator<void, T, void>;

/** Does all of it at once. */
export function drained<T>(steps: Steps<T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}
