/**
 * The one door to zod: every schema of an input is made of this. Taken as a namespace (`import * as z`), so that a bundler leaves out
 * what no schema uses: as the object `z` it brings forty languages along.
 */
export * from 'zod';
