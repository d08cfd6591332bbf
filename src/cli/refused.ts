import { printable } from '../cluster/printable.ts';
import { LimitExceeded } from '../kernel/limits.ts';
import { RecordError } from '../node/record/kubectl.ts';
import { CalibrationError } from '../node/recordings.ts';
import { OptionsError } from '../scenario/options.ts';
import { formatIssues, ScenarioError } from '../scenario/scenario.ts';
import { issueAnnotations } from './annotations.ts';
import type { Options } from './args.ts';
import { EXIT, type Io, OutputFailed } from './output.ts';

/** An error that ended a command, as its message on stderr and its exit code. */
export function refused(error: unknown, format: Options['format'], io: Io): number {
  if (error instanceof ScenarioError) {
    io.err(formatIssues(error.issues));
    if (format === 'github') for (const line of issueAnnotations(error.issues)) io.out(line);
    return EXIT.badInput;
  }
  if (error instanceof OptionsError || error instanceof CalibrationError || error instanceof RecordError) {
    io.err(printable(error.message, '\n'));
    return EXIT.badInput;
  }
  if (error instanceof LimitExceeded) {
    io.err(error.message);
    return EXIT.partial;
  }
  if (error instanceof OutputFailed) {
    io.err(error.message);
    return EXIT.outputFailed;
  }
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  io.err(`prestop failed: ${printable(told, '\n')}`);
  return EXIT.ownFault;
}
