import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { delaySchema, durationSchema, micros } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';
import { delaysSchema } from './schema.ts';

/** The shape of what a campaign varies. Ranges are inclusive. */

const wholeRange = z.tuple([z.int().min(0), z.int().min(0)]).refine(([min, max]) => min <= max, {
  error: 'is no range: the first number must not exceed the second',
});
const durationRange = z
  .tuple([durationSchema, durationSchema])
  .refine(([min, max]) => micros(min) <= micros(max), {
    error: 'is no range: the first duration must not exceed the second',
  });

/** A range of durations, as elsewhere in `vary` or as any delay is written. */
const appTime = z.union([durationRange, delaySchema]).optional();

const appTimes = z.strictObject({
  keepAccepting: appTime,
  drain: appTime,
  maxDrain: appTime,
  startup: appTime,
  completesAfter: appTime,
  keepAliveTimeout: appTime,
  imagePull: appTime,
  preStop: z.strictObject({ duration: appTime, effectAt: appTime }).optional(),
});

export const varySchema = z.strictObject({
  /** Distributions that take the place of the scenario's own. */
  delays: delaysSchema.optional(),
  /** Lags that take the place of the scenario's own, by the router's name. */
  routers: z.record(z.string(), delaySchema).optional(),
  nodes: wholeRange.optional(),
  /** How long a container's process and hook take, by the keys of `apps`. Each run draws once for a container. */
  apps: z.record(z.string(), appTimes).optional(),
  /** Replicas by the name of their Deployment or ReplicaSet. */
  replicas: z.record(z.string(), wholeRange).optional(),
  minSyncPeriod: durationRange.optional(),
  endpointUpdatesBatchPeriod: durationRange.optional(),
  endpointSliceUpdatesPerSecond: wholeRange.optional(),
});

/** What varies from run to run of a campaign. */
export type VaryInput = DeepReadonly<z.input<typeof varySchema>>;
export type Vary = DeepReadonly<z.output<typeof varySchema>>;
