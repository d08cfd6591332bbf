import { DELAY_SITES, type DelaySite } from '../cluster/delay-sites.ts';
import * as z from '../schema/zod.ts';

/** An object with a field for every delay site, none of them needed. One schema serves all fields: there are some eighty of them. */
export function bySite<S extends z.ZodType>(schema: S) {
  const field = schema.optional();
  return z.strictObject(
    Object.fromEntries(DELAY_SITES.map((site) => [site, field])) as Record<DelaySite, z.ZodOptional<S>>,
  );
}
