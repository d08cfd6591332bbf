import { describe, expect, it } from 'vitest';
import { changedTaints, type Taint } from '../../../src/rules/apiserver/taints.ts';

const taint = (key: string, effect: Taint['effect'], value = ''): Taint => ({ key, value, effect });
const has = [taint('a', 'NoSchedule', '1'), taint('a', 'NoExecute'), taint('b', 'NoSchedule')];

describe('changedTaints', () => {
  it('replaces one of the same key and effect alone', () => {
    const added = taint('a', 'NoSchedule', '2');
    expect(changedTaints(has, [added], [])).toEqual([has[1], has[2], added]);
  });

  it('takes one effect away, or all of a key', () => {
    expect(changedTaints(has, [], [{ key: 'a', effect: 'NoExecute' }])).toEqual([has[0], has[2]]);
    expect(changedTaints(has, [], [{ key: 'a', effect: null }])).toEqual([has[2]]);
  });

  it('gives back the very list where nothing changes', () => {
    expect(changedTaints(has, [taint('b', 'NoSchedule')], [{ key: 'c', effect: null }])).toBe(has);
  });
});
