import { runSimple } from './commands.ts';
import { runCompound } from './compound.ts';
import {
  type Interpreter,
  joined,
  parseWithin,
  perhaps,
  quietly,
  type ShellRun,
  type Status,
  subshell,
  TOO_LONG,
  unclear,
} from './run.ts';
import type { CommandNode, ParsedScript, PipelineNode, Redirection, Statement } from './shell.ts';

/** A shell at work, as far as its text says: what runs after what, and how much time passes. */

type StatementOf = Statement['command'];

/** Runs a whole script, and what its `trap … EXIT` leaves for the end. */
function runScript(run: ShellRun, script: ParsedScript): void {
  runStatements(run, script.commands);
  const { atExit } = run;
  if (atExit === null) return;
  run.atExit = null;
  run.ended = null;
  const { status } = run;
  runText(run, atExit);
  run.status = status;
}

function runText(run: ShellRun, text: string): void {
  const parsed = parseWithin(run, text);
  if (parsed?.ok === true) runStatements(run, parsed.script.commands);
  else unclear(run, parsed?.problem ?? TOO_LONG);
}

function runStatements(run: ShellRun, statements: readonly Statement[]): void {
  for (const { command, background } of statements) {
    if (run.ended !== null) return;
    if (background === true) runInBackground(run, command);
    else runNode(run, command, false);
  }
}

/** The shell goes on at once. What holds its output open may keep the runtime waiting. */
function runInBackground(run: ShellRun, command: StatementOf): void {
  const job = subshell(run);
  quietly(job, () => runNode(job, command, false));
  run.jobs.push({ ms: job.ms, unsure: job.unsure });
  run.found.backgroundHolds ||= !isSilent(command);
  run.status = 'ok';
}

function isSilent(command: StatementOf): boolean {
  const redirects = command.type === 'Command' || command.type === 'Redirected' ? command.redirects : [];
  const out = redirects.some(
    (each) => each.type === 'Redirect' && /^(>|>>|>\||&>|&>>)$/.test(each.operator) && numberOf(each) !== 2,
  );
  const errors = redirects.some(
    (each) =>
      each.type === 'Redirect' &&
      (/^&>/.test(each.operator) || (numberOf(each) === 2 && each.operator !== '<')),
  );
  return out && errors;
}

function numberOf({ descriptor }: Redirection): number | null {
  return descriptor?.type === 'FileDescriptor' ? descriptor.value : null;
}

/** `tested`: its failure decides something, so that `set -e` passes over it. */
function runNode(run: ShellRun, node: StatementOf, tested: boolean): void {
  run.found.stepsLeft -= 1;
  if (run.found.stepsLeft < 0) {
    unclear(run, 'the script does more than is followed');
    return;
  }
  if (node.type === 'AndOr') runAndOr(run, node, tested);
  else if (node.type === 'Pipeline')
    runPipeline(
      run,
      node.commands,
      node.prefixes.some(({ type }) => type === 'Negation'),
    );
  else runCommand(run, node);
  if (!tested && run.stopsAtFailure && run.ended === null) stopAtFailure(run);
}

function stopAtFailure(run: ShellRun): void {
  if (run.status === 'failed' && run.doubt === null) run.ended = 'exit';
  else if (run.status !== 'ok') run.doubt ??= 'a command that fails ends the script there (set -e)';
}

function runAndOr(
  run: ShellRun,
  {
    commands,
    operators,
  }: { readonly commands: readonly PipelineNode[]; readonly operators: readonly string[] },
  tested: boolean,
): void {
  commands.forEach((command, index) => {
    if (run.ended !== null) return;
    const last = index === commands.length - 1;
    const operator = operators[index - 1];
    const runsAt: Status = operator === '||' ? 'failed' : 'ok';
    if (index === 0 || run.status === runsAt) runNode(run, command, tested || !last);
    else if (run.status === 'unknown')
      perhaps(run, 'whether it goes on there depends on how a command ends', () =>
        runNode(run, command, true),
      );
  });
}

/** All parts start at once; the shell waits for the last of them. */
function runPipeline(run: ShellRun, commands: readonly CommandNode[], negated: boolean): void {
  if (commands.length === 1) runCommand(run, commands[0]!);
  else {
    const parts = commands.map((command) => {
      const part = subshell(run);
      quietly(part, () => runCommand(part, command));
      return part;
    });
    for (const part of parts) joined(run, part);
    run.status = parts.at(-1)!.status;
  }
  if (negated && run.status !== 'unknown') run.status = run.status === 'ok' ? 'failed' : 'ok';
}

function runCommand(run: ShellRun, node: CommandNode): void {
  switch (node.type) {
    case 'Command':
      runSimple(run, node);
      return;
    case 'Redirected':
      runCompound(run, node.command);
      return;
    case 'Function':
      run.functions.set(node.name.value, node);
      run.status = 'ok';
      return;
    case 'Coproc':
      unclear(run, 'coproc is not followed');
      return;
    default:
      runCompound(run, node);
  }
}

/** What `$(…)` holds takes its time, too. */
function runInner(run: ShellRun, script: ParsedScript): void {
  const inner = subshell(run);
  quietly(inner, () => runStatements(inner, script.commands));
  joined(run, inner);
}

export const INTERPRETER: Interpreter = {
  statements: runStatements,
  command: runCommand,
  script: runScript,
  inner: runInner,
  text: runText,
};
