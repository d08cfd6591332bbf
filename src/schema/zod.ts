/** The one door to zod: every schema of an input is made of this. */
export { z } from 'zod';
