import type { Node } from '../cluster/objects.ts';
import type { TaintEffect } from '../rules/apiserver/taints.ts';
import type { NodeSpecFields, ObjectMetaFields } from '../rules/validation/manifest-fields.ts';
import type { Field } from './decode.ts';
import { member, optionalBoolean, optionalList, optionalString } from './decode.ts';
import { toObjectMeta } from './pod.ts';

/** Reads the spec of a node as written. What its kubelet reports of it (`status`) decides nothing here. */
export function decodeNodeSpec(field: Field): NodeSpecFields {
  return {
    taints: optionalList(member(field, 'taints'), (taint) => ({
      key: optionalString(member(taint, 'key')),
      value: optionalString(member(taint, 'value')),
      effect: optionalString(member(taint, 'effect')),
    })),
    unschedulable: optionalBoolean(member(field, 'unschedulable')),
  };
}

/** The node as the pipeline takes it, after validation. */
export function toNode(metadata: ObjectMetaFields, { taints = [], unschedulable }: NodeSpecFields): Node {
  return {
    kind: 'Node',
    metadata: toObjectMeta(metadata),
    spec: {
      taints: taints.map(({ key = '', value = '', effect }) => ({ key, value, effect: toEffect(effect) })),
      unschedulable: unschedulable ?? false,
    },
  };
}

function toEffect(effect: string | undefined): TaintEffect {
  return effect === 'NoExecute' || effect === 'PreferNoSchedule' ? effect : 'NoSchedule';
}
