/** What a user may pass: the same shape, all of it readonly, so that `as const` objects and frozen ones are welcome. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
