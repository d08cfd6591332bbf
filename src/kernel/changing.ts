/** A value of one type with some of its fields replaced: what `{ ...value, ...changes }` makes. */
export type Changed<T> = (value: T, changes: Partial<T>) => T;

/** Every field, also one that may be left out. */
export type AllFields<T> = { readonly [K in keyof Required<T>]: T[K] };

/**
 * The way to change cells and objects that are changed often. `copy` writes all fields as one literal, so that all values of the type are
 * of one hidden class, whoever changed them. A spread makes, in V8 up to that of Node 20, hidden classes of its own wherever it stands and
 * of whatever it is given: soon there are too many, each copy takes microseconds, and whoever reads the field looks it up.
 */
export function changing<T extends object>(copy: (value: T) => AllFields<T>): Changed<T> {
  return (value, changes) => Object.assign(copy(value) as T, changes);
}
