import type { PriorityClass } from '../cluster/objects.ts';
import type { ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import type { Field } from './decode.ts';
import { member, optionalBoolean, optionalInteger } from './decode.ts';
import { toObjectMeta } from './pod.ts';

/** What a PriorityClass says beside its metadata: it has no spec. */
export interface PriorityClassValues {
  readonly value: number;
  readonly globalDefault: boolean;
}

export function decodePriorityClass(root: Field): PriorityClassValues {
  return {
    value: optionalInteger(member(root, 'value')) ?? 0,
    globalDefault: optionalBoolean(member(root, 'globalDefault')) ?? false,
  };
}

export function toPriorityClass(metadata: ObjectMetaFields, values: PriorityClassValues): PriorityClass {
  return { kind: 'PriorityClass', metadata: toObjectMeta(metadata), ...values };
}
