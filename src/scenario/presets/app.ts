import type { AppInput } from '../schema.ts';

export type Overrides = Partial<AppInput>;

/** A preset with whatever its user says otherwise. */
export function app(base: AppInput, overrides: Overrides): AppInput {
  return { ...base, ...overrides };
}
