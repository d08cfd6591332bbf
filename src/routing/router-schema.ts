import { SELECTION_RULES } from '../rules/routers/select-endpoints.ts';
import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { delaySchema } from '../schema/delay-input.ts';
import { z } from '../schema/zod.ts';
import { partSchema } from './registry.ts';

/** How sure a number is: measured, in a project's own source or documents, in users' reports, or an estimate. */
export const CONFIDENCES = ['measured', 'published', 'reported', 'estimate'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export const MAX_PARTS = 20;

export const routerSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
      error: 'must be lower case letters, digits, "-" and "."',
    }),
    sources: z.array(z.string()).optional(),
    confidence: z.enum(CONFIDENCES).optional(),
    /** The one number that rests on reports or an estimate and is worth measuring. */
    measure: z.string().optional(),
    /** Names of the Services it routes to; all where it is left out. */
    services: z.array(z.string()).optional(),
    /** What a change of the endpoints goes through before it routes by it, in order; `[]`: nothing. */
    parts: z.array(partSchema).max(MAX_PARTS).optional(),
    /** The same with one part: from the arrival of a new EndpointSlice until it routes by it. */
    lag: delaySchema.optional(),
    /** Which endpoints it sends new connections to. */
    pick: z.enum(SELECTION_RULES).optional(),
    /** What it sends to: Pods, or the node ports of the nodes that they run on. */
    targets: z.enum(['pods', 'nodes']).default('pods'),
    /** Whether it stands beside the routers that the manifests name for its Services, and not in their place. */
    adds: z.boolean().default(false),
    /** Replicas or workers, each with draws of its own; the slowest counts. */
    instances: z.int().min(1).max(1000).default(1),
    /** One way to a Pod. */
    latency: delaySchema.default('1ms'),
    /** The same as `pick: readyElseServingTerminating`. */
    terminatingFallback: z.boolean().optional(),
  })
  .refine(({ parts, lag }) => parts === undefined || lag === undefined, {
    path: ['lag'],
    error: 'must not stand beside parts; write it as a part of its own: parts: [..., { lag: ... }]',
  })
  .refine(({ parts, lag, targets }) => parts !== undefined || lag !== undefined || targets === 'nodes', {
    path: ['parts'],
    error: 'must be there, or lag in its place; [] follows its watch at once',
  })
  .refine(({ pick, terminatingFallback }) => pick === undefined || terminatingFallback === undefined, {
    path: ['terminatingFallback'],
    error: 'must not stand beside pick; remove it',
  });

export type RouterInput = DeepReadonly<z.input<typeof routerSchema>>;
export type RouterSettings = DeepReadonly<z.output<typeof routerSchema>>;
