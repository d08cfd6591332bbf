import { beforeDelete, checkGracefulDelete } from '../../../src/rules/apiserver/delete-pod.ts';
import {
  afterEvictionDelete,
  decideEviction,
  stillBeingProcessed,
} from '../../../src/rules/policy/evict-pod.ts';
import type { Adapter } from '../types.ts';
import { byFunction, MINOR, seconds, US } from './control-plane-table.ts';

const secondDelete = (input: any) => {
  const pod = {
    nodeName: 'node',
    phase: 'Running',
    terminationGracePeriodSeconds: 30,
    deletionTimestampUs: input.deletionTimestampSec * US,
    deletionGracePeriodSeconds: input.deletionGracePeriodSeconds,
    generation: 0,
  };
  const result = beforeDelete(pod, input.requestedGracePeriodSeconds, (input.nowSec ?? 0) * US, MINOR);
  return { ...result, deletionTimestampSec: seconds(result.deletionTimestampUs) };
};

/** The store of the Go test: what its Delete does depends on the Pod's name (see `evictionStore` in the table's fields). */
const scriptedStore = (row: any) => {
  const pod = { phase: row.phase, resourceVersion: '0', calls: 0 };
  return {
    pod,
    delete: (precondition: string | null): 'deleted' | 'conflict' | 'failed' => {
      pod.calls++;
      if (row.name === 't4') return 'conflict';
      if (row.name === 't6' || row.name === 't8') return 'deleted';
      if (row.name === 't10') return 'failed';
      if (pod.calls === 1) {
        pod.resourceVersion = '999';
        if (row.name !== 't1' && row.name !== 't5') pod.phase = 'Running';
        return 'conflict';
      }
      if (precondition === null || precondition === '1000') return 'deleted';
      pod.resourceVersion = '1000';
      return 'conflict';
    },
  };
};

const storeErrors: Record<string, string> = {
  conflict: 'Operation cannot be fulfilled on tests "2": message: Conflict',
  failed: 'test designed to error: BadRequest',
};
const reasons: Record<number, string> = { 403: 'Forbidden', 429: 'TooManyRequests' };
const errorText = (refusal: any): string => `${refusal.message}: ${reasons[refusal.code]}: ${refusal.cause}`;

const evict = (input: any, unhealthyPodEvictionPolicy: any) => {
  const store = scriptedStore(input.pod);
  const status = input.pdb.status;
  const condition = status.conditions?.[0];
  const budget = {
    name: input.pdb.name,
    generation: 0,
    unhealthyPodEvictionPolicy,
    status: {
      observedGeneration: 0,
      disruptionsAllowed: status.disruptionsAllowed,
      currentHealthy: status.currentHealthy ?? 0,
      desiredHealthy: status.desiredHealthy ?? 0,
      disruptedPods: {},
      ...(condition === undefined ? {} : { disruptionAllowedCondition: condition }),
    },
  };
  const callerVersion: string | null = input.deleteOptions.preconditionResourceVersion ?? null;
  for (let attempt = 1; ; attempt++) {
    const pod = {
      name: input.pod.name,
      phase: store.pod.phase,
      deletionTimestamp: input.pod.terminating ? 0 : null,
      ready: input.pod.readyCondition === 'True',
    };
    const decision = decideEviction(pod, [budget], 0, MINOR);
    if (decision.kind === 'refuse') {
      return { error: errorText(decision.refusal), deleteCalls: store.pod.calls };
    }
    const pinned = decision.pinsResourceVersion ? store.pod.resourceVersion : null;
    const answer = store.delete(callerVersion ?? pinned);
    const next = afterEvictionDelete(decision, answer, callerVersion !== null, attempt);
    if (next === 'retry') continue;
    const error = {
      success: null,
      tooManyRequests: errorText(stillBeingProcessed(budget.name)),
      error: storeErrors[answer],
    }[next];
    return { error, deleteCalls: store.pod.calls };
  }
};

export const apiAdapters: readonly Adapter[] = [
  byFunction('podStrategy.CheckGracefulDelete', ({ pod, deleteOptionsGracePeriodSeconds }) => ({
    effectiveGracePeriodSeconds: checkGracefulDelete(pod, deleteOptionsGracePeriodSeconds),
  })),
  {
    name: 'api-delete-strategy',
    matches: (testCase) => testCase.group === 'api-delete-strategy',
    actual: (input) => ({
      gracePeriodSeconds: checkGracefulDelete(
        { ...input, terminationGracePeriodSeconds: input.podTerminationGracePeriodSeconds },
        input.deleteOptionsGracePeriodSeconds,
      ),
    }),
  },
  byFunction('rest.BeforeDelete (object already has deletionTimestamp)', ({ existing, ...request }) =>
    secondDelete({ ...existing, ...request }),
  ),
  {
    name: 'api-delete-repeat',
    matches: (testCase) => testCase.group === 'api-delete-repeat',
    actual: (input) => {
      const result = secondDelete({
        deletionTimestampSec: input.deletionTimestampOffsetFromNowSeconds,
        deletionGracePeriodSeconds: input.deletionGracePeriodSeconds,
        requestedGracePeriodSeconds: input.optionsGracePeriodSeconds,
      });
      return {
        ...result,
        gracefulPending: result.pending,
        deletionTimestampOffsetFromNowSeconds: result.deletionTimestampSec,
      };
    },
  },
  byFunction(
    'EvictionREST.Create',
    (input) => input.appliesToUnhealthyPodEvictionPolicies.map((policy: any) => evict(input, policy)),
    (actual, expected) =>
      actual.every((row: any) => row.error === expected.error && row.deleteCalls === expected.deleteCalls),
  ),
];
