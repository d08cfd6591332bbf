import { describe, expect, it } from 'vitest';
import { podPriority } from '../../../src/rules/apiserver/pod-priority.ts';

describe('podPriority', () => {
  const classes = [
    { name: 'gold', value: 1_000, globalDefault: false },
    { name: 'usual', value: 10, globalDefault: true },
    { name: 'lesser', value: 5, globalDefault: true },
  ];
  it.each([
    ['that of its class', 'gold', classes, 1_000],
    ['without a class the lowest default', '', classes, 5],
    ['without a default 0', '', classes.slice(0, 1), 0],
    ['of classes that every cluster has', 'system-node-critical', [], 2_000_001_000],
    ['a little less for the whole cluster', 'system-cluster-critical', [], 2_000_000_000],
    ['unknown with an unknown class', 'silver', classes, null],
  ] as const)('is %s', (_, name, known, expected) => {
    expect(podPriority(name, known)).toBe(expected);
  });
});
