import type { DeepReadonly } from '../schema/deep-readonly.ts';
import * as z from '../schema/zod.ts';
import type { Part } from './part.ts';
import { api } from './parts/api.ts';
import { bucket } from './parts/bucket.ts';
import { debounce } from './parts/debounce.ts';
import { drain } from './parts/drain.ts';
import { gap } from './parts/gap.ts';
import { healthCheck } from './parts/health-check.ts';
import { lag } from './parts/lag.ts';
import { loop } from './parts/loop.ts';
import { register } from './parts/register.ts';
import { sticky } from './parts/sticky.ts';
import { ticker } from './parts/ticker.ts';
import { ttlCache } from './parts/ttl-cache.ts';

/** All parts that a router can be made of. A new one is a file and a line here. */
const PARTS = {
  lag,
  bucket,
  gap,
  debounce,
  ticker,
  loop,
  api,
  healthCheck,
  drain,
  ttlCache,
  sticky,
  register,
} as const;

type Parts = typeof PARTS;
export type PartName = keyof Parts;
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

// biome-ignore lint/suspicious/noExplicitAny: a list of parts mixes their settings and states; each part states its own.
export type AnyPart = Part<any, any, any>;

/** A part by its name, as it stands in a world. */
export function partOf(name: string): AnyPart {
  return PARTS[name as PartName];
}

function optional<P extends Readonly<Record<string, { readonly schema: z.ZodType }>>>(parts: P) {
  const entries = Object.entries(parts).map(([name, { schema }]) => [name, schema.optional()] as const);
  return Object.fromEntries(entries) as { [Name in keyof P]: z.ZodOptional<P[Name]['schema']> };
}

/** One part of a router: an object with the part's name as its only key. */
export const partSchema = z.strictObject(optional(PARTS)).refine((part) => Object.keys(part).length === 1, {
  error: `must have one key, the name of a part; write each part as an object of its own: ${PART_NAMES.join(', ')}`,
});

export type { PartInput as PartInputObject } from '../schema/inputs/index.ts';
export type PartSettings = DeepReadonly<z.output<typeof partSchema>>;
