export * as clusters from './all-clusters.ts';
export { apps } from './apps.ts';
export { clients } from './clients.ts';
export * as routers from './routers.ts';
