import { PRESET_ALIASES, PRESET_ARGUMENTS } from '../scenario/presets/aliases.ts';
import { apps, clients, clusters, routers } from '../scenario/presets/index.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import * as z from '../schema/zod.ts';
import { documentedShape } from './documented.ts';
import { definitionOf, type Schema, unwrapped } from './nodes-of.ts';

/** What prestop.config.yaml may say: a scenario whose presets go by their names, and what a file has beside it. */

/** The names by which a file may choose a preset. */
export function presetNames(presets: Readonly<Record<string, unknown>>): readonly string[] {
  const names = Object.keys(presets).filter((name) => !Object.hasOwn(PRESET_ARGUMENTS, name));
  const aliases = Object.keys(PRESET_ALIASES).filter((alias) => names.includes(PRESET_ALIASES[alias]!));
  return [...names, ...aliases].sort();
}

type Shape = Readonly<Record<string, Schema>>;

function shapeOf(schema: Schema): Shape {
  const inner = unwrapped(schema);
  const { shape, element, valueType } = definitionOf(inner);
  return shape ?? shapeOf((element ?? valueType)!);
}

/** A preset's name, one with overrides, or all of it written out. */
function orPreset(
  schema: Schema,
  field: string,
  presets: Readonly<Record<string, unknown>>,
  pattern?: string,
) {
  const { fields, words, rules } = documentedShape(shapeOf(schema), field);
  const known = z.enum(presetNames(presets));
  const name = pattern === undefined ? known : z.union([known, z.string().meta({ pattern })]);
  const partial = Object.fromEntries(
    Object.entries(fields).map(([key, each]) => [
      key,
      each.optional().meta(z.globalRegistry.get(each) ?? {}),
    ]),
  );
  return z.union([
    name.meta({ description: 'A preset by its name; `prestop presets` lists them.' }),
    z
      .strictObject({ preset: name.meta({ description: 'A preset by its name.' }), ...partial })
      .meta({ description: 'A preset, with what is different here.' }),
    z.strictObject(fields).meta({ ...words, ...rules }),
  ]);
}

const accepted = (what: 'workload' | 'service', text: string) =>
  z.strictObject({
    [what]: z.string().meta({ description: text }),
    reason: z.string().regex(/\S/).meta({ description: 'Why it need not be judged.' }),
  });

const acceptEntry = z.union([
  accepted('workload', '`Deployment/web`.'),
  accepted('service', 'Name of the Service; namespace/name outside `default`.'),
]);

const node = z.string().min(1);

/** The schema of a file. */
function configSchema(): z.ZodType {
  const { shape } = scenarioSchema;
  const { fields, words } = documentedShape(shape, 'scenario');
  const text = (key: string) => z.globalRegistry.get(fields[key]!) ?? {};
  const delays = documentedShape(shapeOf(shape.delays), 'delays');
  const client = `^(${presetNames(clients).join('|')})@.+$`;
  const manifest = z.union([z.string(), z.record(z.string(), z.unknown())]);
  return z
    .strictObject({
      $schema: z.unknown().optional().meta({ description: 'Where editors find this schema.' }),
      ...fields,
      manifests: z
        .union([manifest, z.array(manifest)])
        .optional()
        .meta({
          description:
            'Files, folders or patterns, relative to this file, or manifests as they are. Those of the command line take their place.',
          examples: ['k8s/*.yaml'],
        }),
      cluster: orPreset(shape.cluster, 'cluster', clusters).optional().meta(text('cluster')),
      apps: z
        .record(z.string(), orPreset(shape.apps, 'apps', apps))
        .optional()
        .meta(text('apps')),
      routers: z
        .array(orPreset(shape.routers, 'routers', routers))
        .max(100)
        .optional()
        .meta(text('routers')),
      clients: z
        .array(orPreset(shape.clients, 'clients', clients, client))
        .max(100)
        .optional()
        .meta(text('clients')),
      delays: z
        .union([
          z.string().meta({ description: 'The file that `prestop calibrate` wrote.' }),
          z
            .strictObject({
              file: node.meta({ description: 'The file that `prestop calibrate` wrote.' }),
              table: z.enum(['optimistic', 'estimate', 'pessimistic', 'rows']).optional().meta({
                description: 'Which of its tables. Default: pessimistic.',
              }),
              ...delays.fields,
            })
            .meta({ description: 'That file, with sites of its own beside it.' }),
          z.strictObject(delays.fields).meta(delays.words),
        ])
        .optional()
        .meta(text('delays')),
      accept: z
        .union([acceptEntry, z.array(acceptEntry)])
        .optional()
        .meta({
          description: 'What need not be judged, and why.',
          examples: [[{ service: 'db', reason: 'is restarted by hand' }]],
        }),
    })
    .meta({ ...words, title: 'prestop.config.yaml' });
}

/** Where the schema of a version is found on the net: npm's files, through a CDN. */
export function schemaUrl(version: string): string {
  return `https://unpkg.com/prestop@${version}/dist/prestop.config.schema.json`;
}

/** The JSON Schema (draft 7, which editors know) of prestop.config.yaml. */
export function configJsonSchema(version: string): object {
  const made = z.toJSONSchema(configSchema(), { target: 'draft-7', io: 'input', reused: 'inline' });
  const { $schema, ...rest } = made;
  return { $schema, $id: schemaUrl(version), ...rest };
}
