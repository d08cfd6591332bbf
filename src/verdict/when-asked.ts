/**
 * Members of an answer that are worked out when they are first read. The functions that read them are the same for all answers, and what
 * they work with lies beside them: a getter made anew for each answer would give each a hidden class of its own, which outlives its run
 * and keeps all that the run held from being collected early.
 */
const LATER = Symbol('worked out when it is asked for');

/** How each of these members is worked out. */
export type Later<M> = { readonly [K in keyof M]: () => M[K] };

interface Asked<M> {
  readonly [LATER]: Partial<Later<M>>;
}

/** Gives `answer` what `properties` tell of: members that `later` works out. */
export function workedOutLater<M extends object>(
  answer: object,
  properties: PropertyDescriptorMap,
  later: Later<M>,
): void {
  Object.defineProperty(answer, LATER, { value: later });
  Object.defineProperties(answer, properties);
}

/** Properties that are worked out by the answer's own functions of these names, at every reading. */
export function laterProperties(names: readonly string[]): PropertyDescriptorMap {
  return Object.fromEntries(names.map((name) => [name, laterProperty(name)]));
}

function laterProperty(name: string): PropertyDescriptor {
  const get = function (this: Asked<Record<string, unknown>>): unknown {
    return this[LATER][name]?.();
  };
  return { enumerable: true, get };
}
