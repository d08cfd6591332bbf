import { LimitExceeded } from '../kernel/limits.ts';
import { OptionsError } from '../scenario/options.ts';
import { formatIssues, ScenarioError } from '../scenario/scenario.ts';
import { issueAnnotations } from './annotations.ts';
import { type Options, type Parsed, parseCommandLine, UsageError } from './args.ts';
import type { CommandName } from './command-specs.ts';
import { check } from './commands/check.ts';
import { find } from './commands/find.ts';
import { fuzz } from './commands/fuzz.ts';
import { merge } from './commands/merge.ts';
import { presets } from './commands/presets.ts';
import { sweep } from './commands/sweep.ts';
import { timeline } from './commands/timeline.ts';
import { commandHelp, generalHelp } from './help.ts';
import { EXIT, type Io } from './output.ts';

type Command = (positionals: readonly string[], options: Options, io: Io) => Promise<number>;

const RUN: Readonly<Record<CommandName, Command>> = { check, timeline, find, sweep, fuzz, merge, presets };

/** Runs a command line and gives its exit code. Never rejects: errors become a message on stderr and a code. */
export async function runCommandLine(argv: readonly string[], version: string, io: Io): Promise<number> {
  let parsed: Parsed | null = null;
  try {
    parsed = parseCommandLine(argv);
    if (parsed.kind === 'version') io.out(version);
    else if (parsed.kind === 'help') {
      io.out(parsed.command === null ? generalHelp() : commandHelp(parsed.command));
    } else return await RUN[parsed.command](parsed.positionals, parsed.options, io);
    return EXIT.safe;
  } catch (error) {
    const format = parsed?.kind === 'command' ? parsed.options.format : 'text';
    return failed(error, format, io);
  }
}

function failed(error: unknown, format: Options['format'], io: Io): number {
  if (error instanceof ScenarioError) {
    io.err(formatIssues(error.issues));
    if (format === 'github') for (const line of issueAnnotations(error.issues)) io.out(line);
    return EXIT.badInput;
  }
  if (error instanceof UsageError) {
    const { message, command } = error;
    io.err(`${message}\nSee prestop ${command === null ? '' : `${command} `}--help.`);
    return EXIT.badInput;
  }
  if (error instanceof OptionsError || error instanceof LimitExceeded) {
    io.err(error.message);
    return EXIT.badInput;
  }
  io.err(`prestop failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  return EXIT.ownFault;
}
