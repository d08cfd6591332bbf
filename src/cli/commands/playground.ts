import type { Options } from '../args.ts';
import { EXIT, type Io } from '../output.ts';
import { deliver } from '../pictures.ts';
import { scenarioFromArgs } from '../scenario-from-args.ts';

const FILE = 'prestop-playground.html';

/** A page with the simulator inside. Without manifests it opens with an experiment and a tour. */
export async function playground(files: readonly string[], options: Options, io: Io): Promise<number> {
  const { toPlayground } = await import('../../html/index.ts');
  const { seed, open, config } = options;
  const page =
    files.length === 0 && config === undefined
      ? toPlayground()
      : toPlayground((await scenarioFromArgs(files, options, io.readStdin)).scenario, { seed });
  const out = options.out ?? (open ? FILE : undefined);
  await deliver(page.trimEnd(), out === undefined ? {} : { out }, io);
  if (open && out !== undefined) await io.openFile(out);
  return EXIT.safe;
}
