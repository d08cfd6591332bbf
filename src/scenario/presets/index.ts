export { apps } from './apps.ts';
export { clients } from './clients.ts';
export * as clusters from './clusters.ts';
export * as routers from './routers.ts';
