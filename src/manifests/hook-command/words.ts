import type { ShellRun } from './run.ts';
import type {
  ArithmeticExpression,
  DoubleQuotedChild,
  ParameterExpansionPart,
  ParsedScript,
  Word,
  WordPart,
} from './shell.ts';

/** A word as the shell hands it to a command. */
export interface Field {
  /** As far as it is known; what is not known is left as written. */
  readonly text: string;
  /** Why it is not known; null where `text` is what the command gets. */
  readonly unknown: string | null;
  /** It stands for the process of this program: `$(pidof nginx)`, `$(cat /run/nginx.pid)`. */
  readonly processOf: string | null;
}

export function known(text: string): Field {
  return { text, unknown: null, processOf: null };
}

/** What the words of a command become. `runInner` runs what `$(…)` holds. */
export function expandWords(
  words: readonly Word[],
  run: ShellRun,
  runInner: (script: ParsedScript) => void,
): Field[] {
  return words.flatMap((word) => splitFields(word, expandWord(word, run, runInner)));
}

/** An unquoted variable is split at blanks; one that is empty leaves no word. */
function splitFields(word: Word, field: Field): Field[] {
  const bare = (word.parts ?? []).some(
    ({ type }) => type === 'SimpleExpansion' || type === 'ParameterExpansion',
  );
  if (!bare || field.unknown !== null) return [field];
  return field.text.split(/[ \t\n]+/).flatMap((text) => (text === '' ? [] : [known(text)]));
}

export function expandWord(word: Word, run: ShellRun, runInner: (script: ParsedScript) => void): Field {
  const { parts } = word;
  if (parts === undefined) return known(word.value);
  const fields = parts.map((part) => expandPart(part, run, runInner));
  const text = fields.map((field) => field.text).join('');
  const unknown = fields.find((field) => field.unknown !== null)?.unknown ?? null;
  return { text, unknown, processOf: fields.length === 1 ? fields[0]!.processOf : null };
}

type Part = WordPart | DoubleQuotedChild;

function expandPart(part: Part, run: ShellRun, runInner: (script: ParsedScript) => void): Field {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return known(part.value);
    case 'DoubleQuoted': {
      const fields = part.parts.map((inner) => expandPart(inner, run, runInner));
      return {
        text: fields.map(({ text }) => text).join(''),
        unknown: fields.find(({ unknown }) => unknown !== null)?.unknown ?? null,
        processOf: fields.length === 1 ? fields[0]!.processOf : null,
      };
    }
    case 'SimpleExpansion':
      return variable(part.text.slice(1), part.text, run);
    case 'ParameterExpansion':
      return parameter(part, run, runInner);
    case 'CommandExpansion': {
      if (part.script !== undefined) runInner(part.script);
      const unknown = `${part.text} is known only when it runs`;
      return {
        text: part.text,
        unknown,
        processOf: part.script === undefined ? null : processNamed(part.script),
      };
    }
    case 'ArithmeticExpansion': {
      const value = part.expression === undefined ? null : computed(part.expression, run);
      return value === null
        ? notKnown(part.text, `${part.text} is known only when it runs`)
        : known(String(value));
    }
    default:
      return notKnown(part.text, `${part.text} is known only when it runs`);
  }
}

function notKnown(text: string, why: string): Field {
  return { text, unknown: why, processOf: null };
}

function variable(name: string, written: string, run: ShellRun): Field {
  if (/^\d$/.test(name)) return known(run.positional[Number(name)] ?? '');
  if (!/^[A-Za-z_]\w*$/.test(name)) return notKnown(written, `${written} is known only when it runs`);
  const value = run.variables.get(name);
  if (typeof value === 'string') return known(value);
  return notKnown(
    written,
    value === null
      ? `the value of ${written} does not stand in the manifest`
      : `${written} is not in the container's env`,
  );
}

/** `${NAME}`, and what stands in for it where it is not set: `${NAME:-15}`. */
function parameter(
  part: ParameterExpansionPart,
  run: ShellRun,
  runInner: (script: ParsedScript) => void,
): Field {
  const { parameter: name, operation, prefix, index, text } = part;
  if (prefix !== undefined || index !== undefined)
    return notKnown(text, `${text} is known only when it runs`);
  const own = variable(name, text, run);
  if (operation === undefined) return own;
  if (operation.type !== 'Default') return notKnown(text, `${text} is known only when it runs`);
  const { operator, operand } = operation;
  const isListed = run.variables.has(name) || /^\d$/.test(name);
  const mayBeSet = run.variables.get(name) === null || (!isListed && run.found.surroundings.moreEnv);
  if (mayBeSet) return own;
  const isSet = own.unknown === null && !(operator.startsWith(':') && own.text === '');
  if (operator.endsWith('+')) return isSet ? expandWord(operand, run, runInner) : known('');
  if (isSet) return own;
  return operator.endsWith('?') ? own : expandWord(operand, run, runInner);
}

/** The program whose process number a command prints. */
function processNamed({ commands }: ParsedScript): string | null {
  const [only, more] = commands;
  const command = only?.command;
  if (more !== undefined || command?.type !== 'Command') return null;
  const words = command.suffix.filter((each) => each.type === 'Word').map(({ value }) => value);
  const program = command.name?.value ?? '';
  if (program === 'pidof' || program === 'pgrep')
    return words.filter((word) => !word.startsWith('-')).at(-1) ?? null;
  const file = program === 'cat' ? words.find((word) => word.endsWith('.pid')) : undefined;
  return file === undefined ? null : (/([^/]+)\.pid$/.exec(file)?.[1] ?? null);
}

/** Whole numbers added, subtracted and multiplied. */
function computed(expression: ArithmeticExpression, run: ShellRun): number | null {
  switch (expression.type) {
    case 'ArithmeticWord': {
      const name = expression.value.replace(/^\$/, '');
      const text = /^\d+$/.test(name) ? name : run.variables.get(name);
      return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : null;
    }
    case 'ArithmeticGroup':
      return computed(expression.expression, run);
    case 'ArithmeticBinary': {
      const [left, right] = [computed(expression.left, run), computed(expression.right, run)];
      if (left === null || right === null) return null;
      if (expression.operator === '+') return left + right;
      if (expression.operator === '-') return left - right;
      return expression.operator === '*' ? left * right : null;
    }
    default:
      return null;
  }
}
