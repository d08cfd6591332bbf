import { delaySchema, durationSchema } from '../schema/delay-input.ts';
import type * as z from '../schema/zod.ts';
import type { Text } from './nodes.ts';
import { ACTION_TEXTS, type FieldTexts, TEXTS } from './texts/index.ts';

/** Which interface an object of a schema is, and what its fields mean. */

export type Schema = z.core.$ZodType;

/** What is read of a schema's definition, whatever its kind. */
export interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly items?: readonly Schema[];
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

export function definitionOf(schema: Schema): Definition {
  return schema._zod.def as Definition;
}

/** A schema that was refined is a copy with the same options. */
export function isDuration(schema: Schema): boolean {
  return definitionOf(schema).options === definitionOf(durationSchema).options;
}

export function isDelay(schema: Schema): boolean {
  return definitionOf(schema).options === definitionOf(delaySchema).options;
}

export interface NamedNode {
  readonly name: string;
  readonly texts: FieldTexts;
}

/**
 * An object goes by its keys; where two have the same, by the field that it stands in. An action goes by its type. null: an object without
 * a field. Throws where no text fits: a new field needs one.
 */
export function nodeOf(shape: Readonly<Record<string, Schema>>, field: string): NamedNode | null {
  const keys = Object.keys(shape);
  if (keys.length === 0) return null;
  const literal = shape.type === undefined ? undefined : definitionOf(shape.type).values?.[0];
  if (typeof literal === 'string') return actionNode(literal, keys);
  const fitting = Object.entries(TEXTS).filter(([, texts]) => hasKeys(texts, keys));
  const own = fitting.filter(([name]) => name === `${capital(field)}Input`);
  const isRow = keys.includes('apiServer.write') && isDuration(unwrapped(shape[keys[0]!]!));
  const [name, texts] =
    (fitting.length > 1
      ? (own[0] ?? fitting.find(([each]) => (each === 'DelayRowInput') === isRow))
      : fitting[0]) ?? [];
  if (name === undefined || texts === undefined)
    throw new RangeError(
      `No texts fit the fields of ${field} (${keys.join(', ')}); write them in src/reference/texts.`,
    );
  return { name, texts };
}

function actionNode(type: string, keys: readonly string[]): NamedNode {
  const texts = (ACTION_TEXTS as Readonly<Record<string, FieldTexts>>)[type];
  if (texts === undefined || !hasKeys(texts, keys))
    throw new RangeError(
      `No texts fit the action ${type} (${keys.join(', ')}); write them in src/reference/texts.`,
    );
  return { name: `${capital(type)}Action`, texts };
}

function hasKeys(texts: FieldTexts, keys: readonly string[]): boolean {
  return Object.keys(texts).length === keys.length + 1 && keys.every((key) => Object.hasOwn(texts, key));
}

/** Whether a field may be left out of an input. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin !== undefined;
}

/** Without what makes it optional or gives it a default. */
export function unwrapped(schema: Schema): Schema {
  const { innerType, type } = definitionOf(schema);
  return innerType === undefined || type === 'nullable' ? schema : unwrapped(innerType);
}

/** The default that stands in for a field that is left out. */
export function defaultOf(schema: Schema): unknown {
  const { type, defaultValue, innerType } = definitionOf(schema);
  if (type === 'default' || type === 'prefault') return defaultValue;
  return innerType === undefined ? undefined : defaultOf(innerType);
}

export function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.text;
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
