import { describe, expect, it } from 'vitest';
import { matchesSelector } from '../../src/manifests/select.ts';

describe('a selector', () => {
  const labels = { app: 'web', matchLabels: 'odd' };
  it('of a controller matches by labels and expressions, and everything when empty', () => {
    const matchExpressions = [{ key: 'app', operator: 'In', values: ['web'] }] as const;
    expect(matchesSelector(labels, { matchLabels: {}, matchExpressions })).toBe(true);
    expect(matchesSelector(labels, { matchLabels: { app: 'api' }, matchExpressions })).toBe(false);
    expect(matchesSelector(labels, { matchLabels: {}, matchExpressions: [] })).toBe(true);
  });

  it('of a Service matches a subset of the labels, and nothing when empty', () => {
    expect(matchesSelector(labels, { app: 'web' })).toBe(true);
    expect(matchesSelector(labels, { app: 'web', tier: 'x' })).toBe(false);
    expect(matchesSelector(labels, {})).toBe(false);
  });

  it('of a Service may ask for a label called matchLabels', () => {
    expect(matchesSelector(labels, { matchLabels: 'odd' })).toBe(true);
  });
});
