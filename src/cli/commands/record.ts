import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatRecording } from '../../calibration/recording.ts';
import { Kubectl, RecordError } from '../../node/record/kubectl.ts';
import type { RecordOptions } from '../../node/record/options.ts';
import { dryRunText } from '../../node/record/plan.ts';
import { probe } from '../../node/record/probe.ts';
import { holdsRawWatches, replayRawWatches } from '../../node/record/raw-watches.ts';
import { record as recorded } from '../../node/record/record.ts';
import { readCalibrationFiles } from '../../node/recordings.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io } from '../output.ts';

/** Deletions in a real cluster, recorded. */
export async function record(_positionals: readonly string[], options: Options, io: Io): Promise<number> {
  const { out = 'recordings', record: given } = options;
  if (given.from !== undefined) return replay(given.from, out, io);
  const { deployment, probe: url, yes, dryRun, from: _none, ...rest } = given;
  if (deployment === undefined)
    throw new UsageError('No Deployment is named; say which with --deployment.', 'record');
  const { mode, repetitions } = rest;
  const common = { ...rest, deployment, out, mode, repetitions };
  if (dryRun) {
    io.out(dryRunText(new Kubectl(rest), { ...common, confirm: async () => false, say: io.err }));
    return EXIT.safe;
  }
  const prober = url === undefined ? null : probe(url);
  try {
    const settings: RecordOptions = {
      ...common,
      signal: io.interrupt(),
      say: io.err,
      confirm: (plan) => agreed(plan, yes, io),
      ...(prober !== null && { others: prober.take }),
    };
    const { files, lost } = await recorded(settings);
    io.out(
      `${files.length} recordings in ${out}${lost === 0 ? '' : `; ${lost} were lost to broken watches and done again`}.`,
    );
    return files.length > 0 ? EXIT.safe : EXIT.partial;
  } finally {
    prober?.stop();
  }
}

async function agreed(plan: string, yes: boolean, io: Io): Promise<boolean> {
  io.err(plan);
  if (yes) return true;
  const answer = await io.confirm('Go on?');
  if (answer === null)
    throw new RecordError('There is no terminal to ask on; say --yes to go on without being asked.');
  return answer;
}

/** Reads recordings of any recorder, or what kubectl printed of its watches, and writes them as this one does. */
async function replay(from: string, out: string, io: Io): Promise<number> {
  const isRaw = await holdsRawWatches(from);
  const { recordings, warnings } = isRaw
    ? { recordings: await replayRawWatches(from), warnings: [] }
    : await readCalibrationFiles([from]);
  for (const warning of warnings) io.err(warning);
  await mkdir(out, { recursive: true });
  for (const recording of recordings) {
    const file = join(out, basename(recording.name));
    await io.writeFile(file, formatRecording(recording));
    io.err(file);
  }
  io.out(`${recordings.length} recordings in ${out}.`);
  return EXIT.safe;
}
