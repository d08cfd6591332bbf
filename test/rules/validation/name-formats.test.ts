import { describe, expect, it } from 'vitest';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isHTTPHeaderName,
  isQualifiedName,
  isValidLabelValue,
  isValidPercent,
  isValidPortName,
  isValidPortNum,
} from '../../../src/rules/validation/name-formats.ts';
import { validateLabels, validateObjectMeta } from '../../../src/rules/validation/validate-object-meta.ts';

describe('a name', () => {
  it.each<[text: string, complaints: readonly string[], count: number]>([
    ['of a container may start with a digit', isDNS1123Label('1-app'), 0],
    ['of a container may not have capitals', isDNS1123Label('App'), 1],
    ['of a container may have 63 characters', isDNS1123Label('a'.repeat(63)), 0],
    ['of a container may not have 64', isDNS1123Label('a'.repeat(64)), 1],
    ['of a Service may not start with a digit', isDNS1035Label('1-app'), 1],
    ['of a Pod may have dots', isDNS1123Subdomain('web.v1'), 0],
    ['of a Pod may not have empty parts', isDNS1123Subdomain('web..v1'), 1],
    ['of a label may have a prefix', isQualifiedName('app.kubernetes.io/name'), 0],
    ['of a label may not have two', isQualifiedName('a/b/c'), 1],
    ['of a label may not be empty after its prefix', isQualifiedName('a/'), 1],
    ['of a port needs a letter', isValidPortName('80'), 1],
    ['of a port may not double a hyphen at its end', isValidPortName('a--'), 2],
    ['of a header may not have an underscore', isHTTPHeaderName('X_A'), 1],
  ])('%s', (_, complaints, count) => {
    expect(complaints).toHaveLength(count);
  });

  it('is not needed as the value of a label', () => {
    expect(isValidLabelValue('')).toEqual([]);
    expect(isValidLabelValue('-')).toHaveLength(1);
  });

  it('is not what ports and percentages are', () => {
    expect([0, 1, 65_535, 65_536].map((port) => isValidPortNum(port).length)).toEqual([1, 0, 0, 1]);
    expect(['25%', '%', '2.5%', '-1%'].map((percent) => isValidPercent(percent).length)).toEqual([
      0, 1, 1, 1,
    ]);
  });
});

describe('metadata', () => {
  it('needs a name, and of a Service one without dots', () => {
    expect(validateObjectMeta({}, 'metadata', 'Pod').map(({ field }) => field)).toEqual(['metadata.name']);
    expect(validateObjectMeta({ name: 'a.b' }, 'metadata', 'Pod')).toEqual([]);
    expect(validateObjectMeta({ name: 'a.b' }, 'metadata', 'Service')).toHaveLength(1);
  });

  it('is checked key by key', () => {
    expect(validateLabels({ 'a b': 'x', a: 'x y' }, 'labels').map(({ value }) => value)).toEqual([
      'a b',
      'x y',
    ]);
    const metadata = { name: 'a', namespace: 'A', annotations: { '/': '' } };
    expect(validateObjectMeta(metadata, 'm', 'Pod').map(({ field }) => field)).toEqual([
      'm.namespace',
      'm.annotations',
      'm.annotations',
    ]);
  });
});
