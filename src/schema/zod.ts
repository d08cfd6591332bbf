/**
 * The one door to zod: every schema of an input is made of this. Taken as a namespace (`import * as z`), so that a bundler leaves out
 * what no schema uses: as the object `z` it brings forty languages along, and is therefore not to be had here.
 */
export * from 'zod';
/** Stands in the way of zod's own: `import { z }` as a value does not compile. */
export type z = never;
