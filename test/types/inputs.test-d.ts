import { expectTypeOf, test } from 'vitest';
import type { scenarioSchema } from '../../src/scenario/schema.ts';
import type { DeepReadonly } from '../../src/schema/deep-readonly.ts';
import type { DelayInput, delaySchema } from '../../src/schema/delay-input.ts';
import type { ScenarioInput } from '../../src/schema/inputs/index.ts';
import type * as z from '../../src/schema/zod.ts';

/** Interfaces are written out, and are what the schema takes: no field more, none less, of the same type. */

type Expanded<T> = T extends object ? { [K in keyof T]: Expanded<T[K]> } : T;
/** Of manifests the type says less than the schema checks. */
type Written = Expanded<Omit<ScenarioInput, 'manifests'>>;
type Taken = Expanded<Omit<DeepReadonly<z.input<typeof scenarioSchema>>, 'manifests'>>;

test('a scenario is what its schema takes', () => {
  expectTypeOf<Written>().toEqualTypeOf<Taken>();
});

test('a delay is what its schema takes', () => {
  expectTypeOf<Expanded<DelayInput>>().toEqualTypeOf<Expanded<DeepReadonly<z.input<typeof delaySchema>>>>();
});
