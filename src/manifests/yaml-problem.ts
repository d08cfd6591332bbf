import { limits } from './limits.ts';

/** What can be wrong with a text, and what is too much of it. */

export interface Place {
  readonly line: number;
  readonly column: number;
}
export interface YamlProblem extends Partial<Place> {
  readonly code: 'yamlSyntax' | 'duplicateKey' | 'limitExceeded';
  readonly message: string;
  readonly fix?: string;
}
export const tooDeep: YamlProblem = {
  code: 'limitExceeded',
  message: `nests deeper than ${limits.depth} levels, which is the limit`,
  fix: 'Flatten the document; no Kubernetes object is nested that deep.',
};
export const tooManyKeys: YamlProblem = {
  code: 'limitExceeded',
  message: `holds a map of more than ${limits.keys} keys, which is the limit`,
  fix: 'Pass only Kubernetes objects; none has a map as large as that.',
};
export const tooManyAliased: YamlProblem = {
  code: 'limitExceeded',
  message: `aliases stand for more than ${limits.aliasedValues} values, which is the limit (maxAliasCount)`,
  fix: 'Write the repeated values out, or refer to them less often.',
};
