import { type Options, type Parsed, parseCommandLine, UsageError } from './args.ts';
import type { CommandName } from './command-specs.ts';
import { commandHelp, generalHelp } from './help.ts';
import { EXIT, type Io } from './output.ts';

type Command = (positionals: readonly string[], options: Options, io: Io) => Promise<number>;

/** Commands are loaded when they are asked for: --version and --help answer without the simulator. */
const COMMAND: Readonly<Record<CommandName, () => Promise<Command>>> = {
  check: async () => (await import('./commands/check.ts')).check,
  timeline: async () => (await import('./commands/timeline.ts')).timeline,
  find: async () => (await import('./commands/find.ts')).find,
  sweep: async () => (await import('./commands/sweep.ts')).sweep,
  fuzz: async () => (await import('./commands/fuzz.ts')).fuzz,
  merge: async () => (await import('./commands/merge.ts')).merge,
  presets: async () => (await import('./commands/presets.ts')).presets,
  record: async () => (await import('./commands/record.ts')).record,
  calibrate: async () => (await import('./commands/calibrate.ts')).calibrate,
  validate: async () => (await import('./commands/validate.ts')).validate,
  schema: async () => (await import('./commands/schema.ts')).schema,
  init: async () => (await import('./commands/init.ts')).init,
  playground: async () => (await import('./commands/playground.ts')).playground,
};

/** Runs a command line and gives its exit code. Never rejects: errors become a message on stderr and a code. */
export async function runCommandLine(argv: readonly string[], version: string, io: Io): Promise<number> {
  let parsed: Parsed | null = null;
  try {
    parsed = parseCommandLine(argv);
    if (parsed.kind === 'command') {
      if (parsed.options.out !== undefined) {
        const { checkOut } = await import('./check-out.ts');
        await checkOut(parsed.command, parsed.positionals, parsed.options);
      }
      const command = await COMMAND[parsed.command]();
      return await command(parsed.positionals, parsed.options, io);
    }
    if (parsed.kind === 'version') io.out(version);
    else io.out(parsed.command === null ? generalHelp() : commandHelp(parsed.command));
    return EXIT.safe;
  } catch (error) {
    if (error instanceof UsageError) return misused(error, io);
    const { refused } = await import('./refused.ts');
    return refused(error, parsed?.kind === 'command' ? parsed.options.format : 'text', io);
  }
}

function misused({ message, command }: UsageError, io: Io): number {
  io.err(`${message}\nSee prestop ${command === null ? '' : `${command} `}--help.`);
  return EXIT.badInput;
}
