import { describe, expect, it } from 'vitest';
import { didYouMean, similarTo } from '../../src/cluster/similar.ts';
import { parseScenario } from '../../src/scenario/scenario.ts';
import { deployment, service } from '../run/manifests.ts';

describe('a slip', () => {
  const known = ['rollingUpdate', 'rolloutRestart', 'scale', 'nginx', 'gke'];
  it.each([
    ['rolingUpdate', 'rollingUpdate'],
    ['RollingUpdate', 'rollingUpdate'],
    ['ngnix', 'nginx'],
    ['scales', 'scale'],
    ['gkee', 'gke'],
    ['restart', undefined],
    ['xy', undefined],
    ['', undefined],
  ])('%j was probably meant to be %j', (given, meant) => {
    expect(similarTo(given, known)).toBe(meant);
    expect(didYouMean(given, known)).toBe(meant === undefined ? '' : ` Did you mean ${meant}?`);
  });

  it('in a scenario is named with the fix', () => {
    const manifests = [deployment({}), service()];
    const fixOf = (input: object) => {
      const parsed = parseScenario({ manifests, ...input });
      return parsed.ok ? null : parsed.issues[0]!.fix;
    };
    expect(fixOf({ actions: [{ type: 'rolingUpdate', deployment: 'web' }] })).toBe(
      'Use one of them. Did you mean rollingUpdate?',
    );
    expect(fixOf({ ties: 'shufled' })).toBe('Use one of them. Did you mean shuffled?');
    expect(fixOf({ ties: 3 })).toBe('Use one of them.');
  });
});
