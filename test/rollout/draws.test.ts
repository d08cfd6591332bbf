import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/run/simulate.ts';
import { defineScenario } from '../../src/scenario/scenario.ts';
import type { ActionInput } from '../../src/scenario/schema.ts';
import { WIDE_DELAYS } from '../run/delays.ts';
import { deployment, rollout, service } from './manifests.ts';

/** When something happened to one object, under one seed. */
function times(type: string, about: Readonly<Record<string, unknown>>, actions: readonly ActionInput[]) {
  const extra = [deployment({ name: 'api', replicas: 2 }), service('api')];
  const delays = { ...WIDE_DELAYS, 'watch.deploymentController': { uniform: ['0ms', '300ms'] } } as const;
  const run = simulate(defineScenario(rollout({ replicas: 2, actions, extra, input: { delays } })));
  return run.trace
    .filter(
      (event) => event.type === type && Object.entries(about).every(([key, is]) => event.data?.[key] === is),
    )
    .map(({ atMs }) => atMs);
}

describe('what is done to one object has no say in the delays of another', () => {
  it.each(['changeDeployment', 'createReplicaSet'])('a Deployment: %s', (type) => {
    const about = type === 'changeDeployment' ? { deployment: 'web' } : { replicaSet: 'web-2' };
    const later: ActionInput = { type: 'rollingUpdate', deployment: 'web', at: '20s' };
    const earlier: ActionInput = { type: 'rolloutPause', deployment: 'api', at: '1s' };
    const alone = times(type, about, [later]);
    expect(alone).toHaveLength(1);
    expect(times(type, about, [earlier, later])).toEqual(alone);
    const own: ActionInput = { type: 'scale', deployment: 'web', replicas: 3, at: '1s' };
    expect(times(type, about, [own, later]).at(-1)).not.toBe(alone[0]);
  });

  it('a node that is cordoned', () => {
    const later: ActionInput = { type: 'cordonNode', node: 'node-2', at: '20s' };
    const earlier: ActionInput = { type: 'cordonNode', node: 'node-1', at: '1s' };
    const alone = times('cordonNode', {}, [later]);
    expect(times('cordonNode', {}, [earlier, later]).at(-1)).toBe(alone[0]);
  });

  it('a node whose Pods are listed', () => {
    const later: ActionInput = { type: 'drainNode', node: 'node-2', at: '90s' };
    const earlier: ActionInput = { type: 'drainNode', node: 'node-3', at: '1s' };
    const alone = times('listPods', {}, [later]);
    expect(times('listPods', {}, [earlier, later]).at(-1)).toBe(alone[0]);
  });
});
