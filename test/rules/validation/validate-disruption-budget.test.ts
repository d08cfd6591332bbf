import { describe, expect, it } from 'vitest';
import {
  type DisruptionBudgetFields,
  validateDisruptionBudgetSpec,
} from '../../../src/rules/validation/validate-disruption-budget.ts';

describe('the spec of a PodDisruptionBudget', () => {
  it.each<[text: string, spec: DisruptionBudgetFields, errors: string[]]>([
    ['may be empty', {}, []],
    ['may want none', { minAvailable: 0 }, []],
    ['may let none go', { maxUnavailable: 0 }, []],
    ['may want all', { minAvailable: '100%' }, []],
    ['may not want more than all', { minAvailable: '101%' }, ['Invalid s.minAvailable']],
    ['may not let more than all go', { maxUnavailable: '101%' }, ['Invalid s.maxUnavailable']],
    ['may let more go than there are, as a number', { maxUnavailable: 101 }, []],
    ['may not want less than none', { minAvailable: -1 }, ['Invalid s.minAvailable']],
    ['may not let less than none go', { maxUnavailable: -1 }, ['Invalid s.maxUnavailable']],
    ['needs a percentage in a text', { maxUnavailable: '5' }, ['Invalid s.maxUnavailable']],
    ['may say only one of the two', { minAvailable: 0, maxUnavailable: 0 }, ['Invalid s']],
    [
      'has all its problems told at once',
      { minAvailable: -1, maxUnavailable: '1.5%' },
      ['Invalid s', 'Invalid s.minAvailable', 'Invalid s.maxUnavailable'],
    ],
    ['may evict what is unhealthy always', { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, []],
    ['may evict it while enough are healthy', { unhealthyPodEvictionPolicy: 'IfHealthyBudget' }, []],
    [
      'knows no other policy',
      { unhealthyPodEvictionPolicy: 'Never' },
      ['NotSupported s.unhealthyPodEvictionPolicy'],
    ],
    [
      'has its selector looked at',
      { selector: { matchLabels: { 'a b': 'c' } } },
      ['Invalid s.selector.matchLabels'],
    ],
  ])('%s', (_, spec, errors) => {
    expect(validateDisruptionBudgetSpec(spec, 's').map(({ type, field }) => `${type} ${field}`)).toEqual(
      errors,
    );
  });
});
