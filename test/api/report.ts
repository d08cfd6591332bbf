import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * The public surface as text: every name of every entry with its declaration, and the types that appear in them but cannot be named.
 * After `npm run build:types`: `npm run api` writes test/api/<entry>.api.md, `npm run api -- --check` compares.
 */

const ENTRIES = ['index', 'rules', 'matchers', 'vitest', 'jest', 'fast-check', 'node', 'html'];

const root = resolve(import.meta.dirname, '../..');
const fileOf = (entry: string) =>
  join(root, '.types', entry === 'index' ? 'index.d.ts' : `${entry}/index.d.ts`);

const program = ts.createProgram(ENTRIES.map(fileOf), {
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
});
const checker = program.getTypeChecker();

function actual(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function exportsOf(entry: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(fileOf(entry));
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${fileOf(entry)} is not there; run npm run build:types first.`);
  return [...checker.getExportsOfModule(module)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const printer = ts.createPrinter({ removeComments: true });

function declarationsOf(symbol: ts.Symbol): readonly ts.Declaration[] {
  return (actual(symbol).declarations ?? []).filter((each) =>
    each.getSourceFile().fileName.includes('/.types/'),
  );
}

/** A declaration without comments, on as many lines as TypeScript takes. */
function textOf(declaration: ts.Declaration): string {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return printer
    .printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile())
    .replace(/^export (?:declare )?/, '')
    .replace(/^declare /, '');
}

/** Types of this package that a declaration speaks of. */
function spokenOf(declaration: ts.Declaration): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node) || ts.isImportTypeNode(node)) {
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isImportTypeNode(node)
          ? node.qualifier
          : node.expression;
      const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name);
      if (symbol !== undefined && !(symbol.flags & ts.SymbolFlags.TypeParameter)) found.push(actual(symbol));
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return found.filter((symbol) => declarationsOf(symbol).length > 0);
}

const named = new Set(ENTRIES.flatMap((entry) => exportsOf(entry).map(actual)));

/** What can be reached through an entry's declarations, and has no name outside. */
function unnamedIn(entry: string): readonly string[] {
  const unnamed = new Set<string>();
  for (const symbol of exportsOf(entry)) {
    for (const declaration of declarationsOf(symbol)) {
      for (const spoken of spokenOf(declaration)) if (!named.has(spoken)) unnamed.add(spoken.name);
    }
  }
  return [...unnamed].sort();
}

/** The folder of a rule; its `index.ts` says whether it is stable. */
function groupOf(symbol: ts.Symbol): string {
  const file = declarationsOf(symbol)[0]?.getSourceFile().fileName ?? '';
  const [, group] = /\/\.types\/rules\/([^/]+)\//.exec(file) ?? [];
  if (group === undefined) return '';
  const text = readFileSync(join(root, 'src/rules', group, 'index.ts'), 'utf8');
  return `${group}: ${/(Stable|May change)\. \*\//.exec(text)![1]!.toLowerCase()}`;
}

function blockOf(symbols: readonly ts.Symbol[]): string {
  const declarations = symbols.map((symbol) => {
    const texts = declarationsOf(symbol).map(textOf);
    return texts.length === 0 ? `// ${symbol.name}` : texts.join('\n');
  });
  return ['```ts', declarations.join('\n\n'), '```'].join('\n');
}

/** All in one block, but rules, which are one for each group. */
function blocksOf(entry: string): readonly string[] {
  if (entry !== 'rules') return [blockOf(exportsOf(entry)), ''];
  const rules = exportsOf(entry);
  const groups = [...new Set(rules.map(groupOf))].sort();
  return groups.flatMap((group) => [
    `## ${group}`,
    '',
    blockOf(rules.filter((rule) => groupOf(rule) === group)),
    '',
  ]);
}

function reportOf(entry: string): string {
  const name = entry === 'index' ? 'prestop' : `prestop/${entry}`;
  const unnamed = unnamedIn(entry);
  return [
    `# ${name}`,
    '',
    'Written by `npm run api`; a change here is a decision.',
    '',
    ...blocksOf(entry),
    ...(unnamed.length === 0
      ? []
      : ['Spoken of, and not exported:', '', ...unnamed.map((each) => `- ${each}`), '']),
  ].join('\n');
}

const check = process.argv.includes('--check');
const changed: string[] = [];
mkdirSync(join(root, 'test/api'), { recursive: true });
for (const entry of ENTRIES) {
  const path = join(root, 'test/api', `${entry}.api.md`);
  const text = reportOf(entry);
  if (!check) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) changed.push(`test/api/${entry}.api.md`);
}
if (changed.length > 0) {
  console.error(
    `The public surface has changed: ${changed.join(', ')}. If it was meant to, npm run api writes it down.`,
  );
  process.exitCode = 1;
} else console.log(check ? 'The public surface is as it was written down.' : 'Written to test/api.');
