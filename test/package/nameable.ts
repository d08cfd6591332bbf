import { join } from 'node:path';
import ts from 'typescript';

/**
 * Whether a user's library can export whatever it makes with this one: a declaration of it has to name every type that it speaks of, and
 * TypeScript refuses (TS2883, TS4023) where the package does not export one.
 */

/** How deep results are taken apart: a member of a member of what a function returns. */
const DEPTH = 3;
const CONSUMER = 'consumer.ts';
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  strict: true,
  declaration: true,
  skipLibCheck: true,
  types: [],
};

export interface Tried {
  /** How many values the consumer exports. */
  readonly exported: number;
  readonly refused: readonly string[];
}

/** A compiler that reads one file from memory, and all others from the project. */
function programOf(project: string, name: string, text: string): ts.Program {
  const file = join(project, name);
  const host = ts.createCompilerHost(OPTIONS);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, target, ...rest) =>
    path === file ? ts.createSourceFile(path, text, target, true) : read(path, target, ...rest);
  host.fileExists = (path) => path === file || ts.sys.fileExists(path);
  return ts.createProgram([file], OPTIONS, host);
}

const HELPERS = `
declare function member<T, K extends string>(value: T, key: K): T extends { readonly [P in K]?: infer V } ? NonNullable<V> : never;
declare function element<T>(list: T): NonNullable<T extends readonly (infer V)[] ? V : never>;
`;

/** A module that exports what each function of the entries gives, and the members of that. */
function consumerOf(project: string, entries: readonly string[]): string {
  const imports = entries.map((entry, at) => `import * as e${at} from '${entry}';`).join('\n');
  const program = programOf(project, 'entries.ts', imports);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(project, 'entries.ts'))!;
  const lines: string[] = [];
  const seen = new Set<ts.Type>();
  const add = (expression: string): string => {
    lines.push(`export const r${lines.length} = ${expression};`);
    return `r${lines.length - 1}`;
  };
  const typeOf = (symbol: ts.Symbol) => checker.getTypeOfSymbolAtLocation(symbol, source);

  const takeApart = (name: string, given: ts.Type, depth: number): void => {
    const type = checker.getNonNullableType(given);
    if (depth === 0 || seen.has(type)) return;
    seen.add(type);
    for (const part of type.isUnion() ? type.types : [type]) {
      if (checker.isArrayType(part)) {
        const [item] = checker.getTypeArguments(part as ts.TypeReference);
        takeApart(add(`element(${name})`), item!, depth - 1);
      } else if (part.flags & ts.TypeFlags.Object || part.isIntersection()) {
        for (const property of part.getProperties().filter((each) => /^[A-Za-z]\w*$/.test(each.name)))
          takeApart(add(`member(${name}, '${property.name}')`), typeOf(property), depth - 1);
      }
    }
  };

  for (const [at, statement] of source.statements.entries()) {
    const module = checker.getSymbolAtLocation((statement as ts.ImportDeclaration).moduleSpecifier)!;
    for (const symbol of checker.getExportsOfModule(module)) {
      if (!(actual(symbol, checker).flags & ts.SymbolFlags.Value)) continue;
      const value = `e${at}.${symbol.name}`;
      const [signature] = typeOf(symbol).getCallSignatures();
      if (signature === undefined) takeApart(add(value), typeOf(symbol), DEPTH);
      else {
        const called = add(`(${value} as (...given: never[]) => ReturnType<typeof ${value}>)()`);
        takeApart(called, signature.getReturnType(), DEPTH);
      }
    }
  }
  return [imports, HELPERS, ...lines].join('\n');
}

function actual(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** What cannot be exported, as the compiler says it; empty where all can. */
export function unnameable(project: string, entries: readonly string[]): Tried {
  const text = consumerOf(project, entries);
  const program = programOf(project, CONSUMER, text);
  const file = program.getSourceFile(join(project, CONSUMER))!;
  const refused = [...program.getSemanticDiagnostics(file), ...program.getDeclarationDiagnostics(file)].map(
    ({ messageText, start }) =>
      `${ts.flattenDiagnosticMessageText(messageText, ' ')}: ${text.slice(start, text.indexOf('\n', start))}`,
  );
  return { exported: text.match(/^export/gm)!.length, refused };
}
