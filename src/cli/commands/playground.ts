import { applyPreStop } from '../../scenario/apply-pre-stop.ts';
import { defineScenario, type Scenario } from '../../scenario/scenario.ts';
import type { Options } from '../args.ts';
import { EXIT, type Io } from '../output.ts';
import { deliver } from '../pictures.ts';
import { type LoadedScenario, scenarioFromArgs } from '../scenario-from-args.ts';

const FILE = 'prestop-playground.html';

/** A page with the simulator inside. Without manifests it opens with an experiment and a tour. */
export async function playground(files: readonly string[], options: Options, io: Io): Promise<number> {
  const { toPlayground } = await import('../../html/index.ts');
  const { seed, open, config } = options;
  const page =
    files.length === 0 && config === undefined
      ? toPlayground()
      : toPlayground(asWritten(await scenarioFromArgs(files, options, io.readStdin), options), { seed });
  const out = options.out ?? (open ? FILE : undefined);
  await deliver(page.trimEnd(), out === undefined ? {} : { out }, io);
  if (open && out !== undefined) await io.openFile(out);
  return EXIT.safe;
}

/** With the manifests as they stand in their files, comments and all, so that what is edited in the page can go back there. */
function asWritten({ scenario, whole }: LoadedScenario, { preStopSeconds }: Options): Scenario {
  const written = defineScenario({ ...scenario.input, manifests: whole.input.manifests });
  return preStopSeconds === undefined ? written : applyPreStop(written, preStopSeconds);
}
