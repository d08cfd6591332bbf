import * as z from '../schema/zod.ts';
import type { Text } from './nodes.ts';
import { definitionOf, isDelay, isDuration, nodeOf, type Schema, textOf } from './nodes-of.ts';

/** A schema as a text file has it, with the words of every field: what zod makes a JSON Schema of. */

/** Go's notation. Of a number nobody knows the unit, so only 0 goes without. */
const DURATION = '^\\s*(0|((\\d+(\\.\\d+)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)\\s*$';

const duration = z.union([z.string().meta({ pattern: DURATION }), z.literal(0)]).meta({
  id: 'Duration',
  description: "A duration as Kubernetes's flags take it.",
  examples: ['250ms', '1m30s'],
});

const delay = z
  .union([
    duration,
    z.strictObject({ uniform: z.tuple([duration, duration]) }).meta({
      description: 'Anything between two values, each as probable as the other.',
    }),
    z.strictObject({ quantiles: z.array(z.tuple([z.number().min(0).max(1), duration])).min(2) }).meta({
      description: 'A table of [cumulative probability, duration], from probability 0 to 1.',
    }),
    z
      .strictObject({
        exponential: z.strictObject({ mean: duration, min: duration.optional(), max: duration.optional() }),
      })
      .meta({ description: 'An exponential tail above min, cut at max.' }),
  ])
  .meta({
    id: 'Delay',
    description: 'How long something takes.',
    examples: ['5ms', { uniform: ['1ms', '50ms'] }],
  });

/** Rules between the fields of one object, which a schema's refinements say to zod alone. */
const RULES: Readonly<Record<string, Meta>> = {
  PartInput: { minProperties: 1, maxProperties: 1 },
  DataPlaneInput: { minProperties: 1, maxProperties: 1 },
  RouterInput: {
    anyOf: [
      { required: ['parts'] },
      { required: ['lag'] },
      { required: ['targets'], properties: { targets: { const: 'nodes' } } },
    ],
    not: { anyOf: [{ required: ['parts', 'lag'] }, { required: ['pick', 'terminatingFallback'] }] },
  },
};

/** Rules of single fields that zod knows as a function. */
const FIELD_RULES: Readonly<Record<string, Meta>> = {
  'ScenarioInput.actions': { minItems: 1 },
  'ClusterInput.version': { pattern: '^\\s*v?1\\.(2[6-9]|3[0-6])(\\.\\d+)?([-+].*)?\\s*$' },
  'CiliumInput.version': { pattern: '^\\s*v?1\\.(1[4-9]|[2-9]\\d|\\d{3})(\\.\\d+)?([-+].*)?\\s*$' },
};

type Meta = Readonly<Record<string, unknown>>;

function wordsOf(text: Text): { description: string; examples?: unknown[] } {
  const description = textOf(text);
  return typeof text === 'string' ? { description } : { description, examples: [...text.examples] };
}

/** The fields of an object, each with its words. */
export function documentedShape(
  shape: Readonly<Record<string, Schema>>,
  field: string,
): { readonly fields: Readonly<Record<string, z.ZodType>>; readonly words: Meta; readonly rules: Meta } {
  const node = nodeOf(shape, field);
  const fields = Object.entries(shape).map(([key, schema]) => {
    const made = documented(schema, key);
    if (node === null) return [key, made] as const;
    const rule = FIELD_RULES[`${node.name}.${key}`] ?? {};
    return [key, made.meta({ ...wordsOf(node.texts[key]!), ...rule })] as const;
  });
  return {
    fields: Object.fromEntries(fields),
    words: node === null ? {} : { title: node.name, ...wordsOf(node.texts['']!) },
    rules: node === null ? {} : (RULES[node.name] ?? {}),
  };
}

/** The schema once more, with words at every field and with durations as a text has them. */
export function documented(schema: Schema, field: string): z.ZodType {
  if (isDuration(schema)) return duration;
  if (isDelay(schema)) return delay;
  const definition = definitionOf(schema);
  const { shape, options, innerType, element, valueType } = definition;
  const again = (changed: object): z.ZodType =>
    z.core.clone(schema as z.ZodType, { ...definition, ...changed } as z.ZodType['_zod']['def']);
  if (shape !== undefined) {
    const { fields, words, rules } = documentedShape(shape, field);
    return again({ shape: fields }).meta({ ...words, ...rules });
  }
  if (options !== undefined) return again({ options: options.map((option) => documented(option, field)) });
  if (innerType !== undefined) return again({ innerType: documented(innerType, field) });
  if (element !== undefined) return again({ element: documented(element, field) });
  if (valueType !== undefined) return again({ valueType: documented(valueType, field) });
  return again({});
}
