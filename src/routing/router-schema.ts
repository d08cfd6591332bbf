import { SELECTION_RULES } from '../rules/routers/select-endpoints.ts';
import type { DeepReadonly } from '../schema/deep-readonly.ts';
import { delaySchema, durationSchema } from '../schema/delay-input.ts';
import * as z from '../schema/zod.ts';
import { CONTROLLERS } from './controllers.ts';
import { positiveDuration } from './parts/positive-duration.ts';
import { partSchema } from './registry.ts';

/** How sure a number is: measured, in a project's own source or documents, in users' reports, or an estimate. */
export const CONFIDENCES = ['measured', 'published', 'reported', 'estimate'] as const;
/** How sure a number is. */
export type Confidence = (typeof CONFIDENCES)[number];

export const MAX_PARTS = 20;

export const ESTABLISHED = ['kept', 'drained', 'cut'] as const;

/** In `via`: the data plane of a node, whichever it is. */
const DATA_PLANE_NAMES: readonly string[] = ['dataPlane', 'kubeProxy'];

const viaName = z.string().min(1);

/** Names of the routers that stand before this one, the outermost first. */
export function routersBefore({ via }: Pick<RouterSettings, 'via'>): readonly string[] {
  return listOfVia(via).filter((name) => !DATA_PLANE_NAMES.includes(name));
}

/** Whether it sends to the address of the Service, so that the data plane of a node picks the Pod. */
export function passesDataPlane({ via }: Pick<RouterSettings, 'via'>): boolean {
  return listOfVia(via).some((name) => DATA_PLANE_NAMES.includes(name));
}

export function listOfVia(via: string | readonly string[] | undefined): readonly string[] {
  if (via === undefined) return [];
  return typeof via === 'string' ? [via] : via;
}

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
    /** The controller that fills it, where whom that one registers is a rule of its own; `pick` chooses of these. */
    controller: z.enum(CONTROLLERS).optional(),
    /**
     * What becomes of connections that are open when it lets go of a Pod: `kept` go on, `drained` ones carry no further request and are
     * closed when idle (GOAWAY), `cut` ones end at once.
     */
    established: z.enum(ESTABLISHED).default('kept'),
    /** What tells it of Pods: their EndpointSlices, or, as with Istio's ambient mode, the Pods themselves, so that their controller's delay does not count. */
    watches: z.enum(['endpointSlices', 'pods']).default('endpointSlices'),
    /** It speaks HTTP and ends connections itself: each request goes on over one of its own, and failures are answers, 502, 503 or 504. */
    proxy: z
      .strictObject({
        /** Pods that it tries for one request at most. */
        tries: z.int().min(1).max(100).default(1),
        /** How long it waits for each connection. */
        connectTimeout: durationSchema.default('5s'),
        /** What it tries again: where no connection came about, or also what was cut and may happen twice. */
        repeats: z.enum(['unconnected', 'idempotent']).default('idempotent'),
        /** How it answers for a Pod that it did not reach, or that cut it off: 502 (504 where it waited), or 503, as Envoy does. */
        answers: z.enum(['badGateway', 'serviceUnavailable']).default('badGateway'),
      })
      .optional(),
    /** What it sends to: Pods, or the node ports of the nodes that they run on. */
    targets: z.enum(['pods', 'nodes']).default('pods'),
    /** Readiness gates of its Pods that it sets once it sends to them: it registers a Pod whose containers are ready, before it is Ready. */
    readinessGates: z
      .strictObject({
        /** How the types of its conditions begin. */
        conditionType: z.string().min(1),
        /** How often it looks. */
        every: positiveDuration,
      })
      .optional(),
    /** Whether it stands beside the routers that the manifests name for its Services, and not in their place. */
    adds: z.boolean().default(false),
    /**
     * What else a connection through it passes, in order: names of routers that stand before it, and `dataPlane` (or `kubeProxy`)
     * where it sends to the ClusterIP, so that the node picks the Pod. A connection is lost if any of them is stale.
     */
    via: z.union([viaName, z.array(viaName).min(1).max(10)]).optional(),
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
  .refine(({ watches, targets }) => watches !== 'pods' || targets === 'pods', {
    path: ['watches'],
    error: 'must be endpointSlices where targets is nodes; remove it',
  })
  .refine(
    ({ readinessGates, targets, watches }) =>
      readinessGates === undefined || (targets === 'pods' && watches !== 'pods'),
    {
      path: ['readinessGates'],
      error: 'must stand at a router that sends to Pods and watches endpointSlices; remove it',
    },
  )
  .refine(({ pick, terminatingFallback }) => pick === undefined || terminatingFallback === undefined, {
    path: ['terminatingFallback'],
    error: 'must not stand beside pick; remove it',
  });

export type { RouterInput } from '../schema/inputs/index.ts';
export type RouterSettings = DeepReadonly<z.output<typeof routerSchema>>;
