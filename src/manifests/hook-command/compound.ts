import { joined, perhaps, quietly, type ShellRun, type Status, subshell, unclear } from './run.ts';
import type { CompoundCommand, Statement, Word } from './shell.ts';
import { expandWords, type Field, known } from './words.ts';

/** Commands made of others: groups, branches, loops. */

export function runCompound(run: ShellRun, node: CompoundCommand): void {
  switch (node.type) {
    case 'BraceGroup':
      run.found.interpreter.statements(run, node.body.commands);
      return;
    case 'Subshell': {
      const inner = subshell(run);
      inner.found.interpreter.statements(inner, node.body.commands);
      joined(run, inner);
      run.status = inner.status;
      return;
    }
    case 'If': {
      runChoice(
        run,
        [
          { clause: node.clause.commands, body: node.then.commands },
          ...node.elif.map(({ clause, then }) => ({ clause: clause.commands, body: then.commands })),
        ],
        node.else?.commands ?? [],
      );
      return;
    }
    case 'While':
      runLoop(run, node.kind, node.clause.commands, node.body.commands);
      return;
    case 'For':
      runFor(run, node.name.value, node.wordlist, node.body.commands);
      return;
    case 'Case':
      perhaps(run, 'which branch of "case" runs is known only then', () => {
        for (const { body } of node.items)
          quietly(run, () => run.found.interpreter.statements(run, body.commands));
      });
      return;
    case 'TestCommand':
    case 'ArithmeticCommand':
      run.status = 'unknown';
      return;
    default:
      unclear(run, `how long its loop takes is not written anywhere`);
  }
}

interface Branch {
  readonly clause: readonly Statement[];
  readonly body: readonly Statement[];
}

function runChoice(
  run: ShellRun,
  [first, ...others]: readonly Branch[],
  otherwise: readonly Statement[],
): void {
  if (first === undefined) {
    run.found.interpreter.statements(run, otherwise);
    return;
  }
  runTested(run, first.clause);
  if (run.ended !== null) return;
  const { status } = run;
  run.status = 'ok';
  if (status === 'ok') run.found.interpreter.statements(run, first.body);
  else if (status === 'failed') runChoice(run, others, otherwise);
  else {
    const why = 'which branch of "if" runs is known only then';
    perhaps(run, why, () => run.found.interpreter.statements(run, first.body));
    perhaps(run, why, () => runChoice(run, others, otherwise));
  }
}

/** A condition: its failures stop nothing. */
function runTested(run: ShellRun, statements: readonly Statement[]): void {
  const { stopsAtFailure } = run;
  run.stopsAtFailure = false;
  run.found.interpreter.statements(run, statements);
  run.stopsAtFailure = stopsAtFailure;
}

function runLoop(
  run: ShellRun,
  kind: string,
  clause: readonly Statement[],
  body: readonly Statement[],
): void {
  runTested(run, clause);
  if (run.ended !== null) return;
  const ends: Status = kind === 'until' ? 'ok' : 'failed';
  if (run.status === ends) {
    run.status = 'ok';
    return;
  }
  const why = `how often its "${kind}" loop runs is not written anywhere`;
  if (run.status === 'unknown') perhaps(run, why, () => run.found.interpreter.statements(run, body));
  else quietly(run, () => run.found.interpreter.statements(run, body));
  run.unsure ??= why;
  run.status = 'unknown';
}

function runFor(
  run: ShellRun,
  name: string,
  words: readonly Word[] | undefined,
  body: readonly Statement[],
): void {
  const fields = words === undefined ? null : wordsOfLoop(run, words);
  if (fields === null) {
    const why = 'how often its "for" loop runs is not written anywhere';
    perhaps(run, why, () => run.found.interpreter.statements(run, body));
    run.unsure ??= why;
    return;
  }
  quietly(run, () => {
    for (const field of fields) {
      if (run.ended !== null || run.found.stepsLeft < 0) return;
      run.variables.set(name, field.unknown === null ? field.text : null);
      run.found.interpreter.statements(run, body);
    }
  });
}

/** The words it goes through: as written, `$(seq 5)` and `{1..5}` counted out; null: not known. */
function wordsOfLoop(run: ShellRun, words: readonly Word[]): readonly Field[] | null {
  const counted = words.flatMap((word): readonly (Field | null)[] => {
    const range =
      /^\{(\d{1,4})\.\.(\d{1,4})\}$/.exec(word.text) ??
      /^(?:\$\(|`)\s*seq\s+(?:(\d{1,4})\s+)?(\d{1,4})\s*[)`]$/.exec(word.text);
    if (range !== null) return numbers(Number(range[1] ?? 1), Number(range[2]));
    return expandWords([word], run, (script) => run.found.interpreter.inner(run, script)).map((field) =>
      field.unknown === null ? field : null,
    );
  });
  return counted.every((field) => field !== null) ? counted : null;
}

function numbers(from: number, to: number): Field[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => known(String(from + index)));
}
