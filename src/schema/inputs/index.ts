// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.
export type * from './actions.ts';
export type * from './apps.ts';
export type * from './clients.ts';
export type * from './cluster.ts';
export type * from './delays.ts';
export type * from './node-actions.ts';
export type * from './routers.ts';
export type * from './scenario.ts';
