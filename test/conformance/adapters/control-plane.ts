import type { Adapter } from '../types.ts';
import { apiAdapters } from './control-plane-api-server.ts';
import { endpointAdapters } from './control-plane-endpoints.ts';
import { replicaSetAdapters } from './control-plane-replica-set.ts';
import { progressAdapters, rollingAdapters } from './control-plane-rollout.ts';

export const adapters: readonly Adapter[] = [
  ...endpointAdapters,
  ...rollingAdapters,
  ...progressAdapters,
  ...replicaSetAdapters,
  ...apiAdapters,
];
