import type { AppInput } from '../schema.ts';

/** An app as a row: what it does, where that was read, and how sure that is. */
export interface AppPreset {
  readonly settings: AppInput;
  /** `published` in the server's own source or documentation, `estimate` in second-hand reports. */
  readonly confidence?: AppInput['confidence'];
  readonly sources?: readonly string[];
}

/** A preset with whatever its user says otherwise. */
export type AppFunction = (overrides?: Partial<AppInput>) => AppInput;

type Table = Readonly<Record<string, AppPreset>>;

/** A function for each row of tables; what stands above a row, editors show at its function. */
export type AppFunctions<T> = { readonly [Name in keyof T]: AppFunction };

/** A table's rows as functions by the same names. */
export function appFunctions<T extends Table>(table: T): AppFunctions<T> {
  const entries = Object.entries(table).map(([name, { settings, ...rest }]): [string, AppFunction] => [
    name,
    (overrides = {}) => ({ name, ...settings, ...rest, ...overrides }),
  ]);
  return Object.fromEntries(entries) as AppFunctions<T>;
}
