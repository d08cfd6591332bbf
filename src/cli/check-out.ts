import { expandPaths } from '../node/expand-paths.ts';
import { outProblem } from '../node/out-file.ts';
import { type Options, UsageError } from './args.ts';
import type { CommandName } from './command-specs.ts';

/** Whether results will find a place is looked at before any work is done for them. Throws a UsageError where they will not. */
export async function checkOut(
  command: CommandName,
  paths: readonly string[],
  { out, config, delays }: Options,
): Promise<void> {
  if (out === undefined || command === 'record') return;
  const { paths: files } = await expandPaths(paths);
  const given = [config, delays].filter((path) => path !== undefined);
  const problem = await outProblem(out, [...paths, ...files, ...given]);
  if (problem !== null) throw new UsageError(`--out: ${problem}`, command);
}
