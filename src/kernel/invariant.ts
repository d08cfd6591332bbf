/** A broken promise of the simulator itself: never the user's input. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** Throws unless `condition` holds. `message` says what must hold, as a sentence. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(`${message} This is a bug in prestop; please report it.`);
}
