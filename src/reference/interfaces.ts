import { scenarioSchema } from '../scenario/schema.ts';
import {
  defaultOf,
  definitionOf,
  isDelay,
  isDuration,
  isOptional,
  nodeOf,
  type Schema,
  textOf,
  unwrapped,
} from './nodes-of.ts';
import { SITE_TEXTS } from './texts/sites.ts';

/** The interfaces of a scenario's input as TypeScript text, with their words: what `npm run inputs` writes into schema/inputs. */

const HEADER =
  '// Written by `npm run inputs` from the schemas and src/reference/texts; a test holds it to both.\n';

/** What an interface is made of that is not written here. */
const FROM: Readonly<Record<string, string>> = {
  Duration: '../../kernel/time.ts',
  DelayInput: '../delay-input.ts',
};

/** Where YAML text and objects of any kind are welcome, the type says less than the schema checks. */
const MANIFESTS = 'string | object | readonly (string | object)[]';

/** Each field of a scenario that has interfaces of its own has a file of its own. */
const FILES = ['cluster', 'apps', 'routers', 'clients', 'delays', 'actions'];

interface Declaration {
  readonly file: string;
  readonly text: string;
}

/** The files of schema/inputs, by name. */
export function inputInterfaces(): Readonly<Record<string, string>> {
  const printer = new Printer();
  printer.type(scenarioSchema, ['scenario']);
  const { declarations } = printer;
  const files = [...new Set([...declarations.values()].map(({ file }) => file))].sort();
  const index = files.map((file) => `export type * from './${file}.ts';\n`).join('');
  const texts = files.map((file) => [`${file}.ts`, fileText(file, declarations)] as const);
  return { ...Object.fromEntries(texts), 'index.ts': `${HEADER}${index}` };
}

function fileText(file: string, declarations: ReadonlyMap<string, Declaration>): string {
  const texts = [...declarations.values()].filter((each) => each.file === file).map(({ text }) => text);
  const code = texts.join('\n').replace(/\/\*\*.*\*\//g, '');
  const names = new Set(code.match(/\b[A-Z]\w+\b/g));
  const imports = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const other = declarations.get(name)?.file;
    const from = FROM[name] ?? (other === undefined || other === file ? null : `./${other}.ts`);
    if (from !== null) imports.set(from, [...(imports.get(from) ?? []), name]);
  }
  const lines = [...imports].map(
    ([from, each]) => `import type { ${each.join(', ')} } from ${quoted(from)};\n`,
  );
  return [`${HEADER}${lines.sort().join('')}`, ...texts].join('\n');
}

type Path = readonly [field: string, ...above: string[]];

class Printer {
  /** By name, in the order in which they end. */
  readonly declarations = new Map<string, Declaration>();

  /** The type of a schema; `path` says where it stands, the field itself first. */
  type(schema: Schema, path: Path): string {
    if (isDuration(schema)) return 'Duration';
    if (isDelay(schema)) return 'DelayInput';
    const { type, options, items, innerType, element, valueType, entries, values, shape } =
      definitionOf(schema);
    if (shape !== undefined) return this.object(shape, path);
    if (type === 'nullable') return `${this.type(innerType!, path)} | null`;
    if (innerType !== undefined) return this.type(innerType, path);
    if (options !== undefined) return this.union(options, path);
    if (items !== undefined) return `readonly [${items.map((item) => this.type(item, path)).join(', ')}]`;
    if (element !== undefined) {
      const item = this.type(element, path);
      return `readonly ${item.includes(' ') ? `(${item})` : item}[]`;
    }
    if (valueType !== undefined) return `Readonly<Record<string, ${this.type(valueType, path)}>>`;
    if (entries !== undefined) return Object.values(entries).map(quoted).join(' | ');
    if (values !== undefined) return values.map((value) => quoted(String(value))).join(' | ');
    return type;
  }

  private union(options: readonly Schema[], path: Path): string {
    const text = [...new Set(options.map((option) => this.type(option, path)))].join(' | ');
    if (path[0] !== 'actions') return text;
    this.declare(
      'ActionInput',
      'What someone does to the cluster at a time.',
      `type ActionInput = ${text};`,
      path,
    );
    return 'ActionInput';
  }

  private object(shape: Readonly<Record<string, Schema>>, path: Path): string {
    const node = nodeOf(shape, path[0]);
    if (node === null) return 'Readonly<Record<string, never>>';
    const { name, texts } = node;
    if (this.declarations.has(name)) return name;
    if (name === 'DelayRowInput') {
      const row = 'Readonly<Partial<Record<keyof SiteDelaysInput, Duration | undefined>>>';
      this.declare(name, textOf(texts['']!), `type ${name} = ${row};`, path);
      return name;
    }
    const isSites = name === 'DelaysInput';
    const own = Object.entries(shape).filter(([key]) => !isSites || !Object.hasOwn(SITE_TEXTS, key));
    const fields = own.map(([key, schema]) => {
      const value = key === 'manifests' ? MANIFESTS : this.type(unwrapped(schema), [key, ...path]);
      const optional = isOptional(schema);
      const label = /^\w+$/.test(key) ? key : quoted(key);
      const words = doc(withDefault(textOf(texts[key]!), schema), '  ');
      return `${words}  readonly ${label}${optional ? '?' : ''}: ${value}${optional ? ' | undefined' : ''};`;
    });
    const base = isSites ? ' extends SiteDelaysInput' : '';
    // What is done to nodes fills a file of its own.
    const ofNode = (path[0] === 'actions' && 'node' in shape) || name === 'PriorityPeriodInput';
    const at: Path = ofNode ? ['nodeActions', ...path] : path;
    this.declare(name, textOf(texts['']!), `interface ${name}${base} {\n${fields.join('\n')}\n}`, at);
    return name;
  }

  private declare(name: string, words: string, text: string, path: Path): void {
    const known = path.findLast((field) => FILES.includes(field));
    const file = name === 'SiteDelaysInput' ? 'delays' : path[0] === 'nodeActions' ? 'node-actions' : known;
    this.declarations.set(name, { file: file ?? 'scenario', text: `${doc(words, '')}export ${text}\n` });
  }
}

/** A default that is a plain value is worth showing; an empty object says nothing. */
function withDefault(text: string, schema: Schema): string {
  const value = defaultOf(schema);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? `${text} Default: ${JSON.stringify(value)}.` : text;
}

function doc(text: string, indent: string): string {
  return `${indent}/** ${text.replaceAll('*/', '*\\/')} */\n`;
}

function quoted(text: string): string {
  return `'${text}'`;
}
