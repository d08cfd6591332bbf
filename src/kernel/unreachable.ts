import { InvariantViolation } from './invariant.ts';

/** Ends a choice over all members of a union: the compiler refuses it where one was left out. */
export function unreachable(left: never): never {
  throw new InvariantViolation(
    `${JSON.stringify(left)} was left out of a choice. This is a bug in prestop; please report it.`,
  );
}
