import { isAbsolute, join } from 'node:path';
import { delaysOf, routersOf } from '../calibration/delays-file.ts';
import { TABLE_CHOICES, type TableChoice } from '../calibration/table-choice.ts';
import { CalibrationError, loadDelaysFile } from './recordings.ts';

type Input = Readonly<Record<string, unknown>>;

export interface DelaysReference {
  readonly path: string;
  readonly table: TableChoice;
}

/**
 * A scenario's input whose `delays` name a file (`./prestop.delays.yaml`, or `{ file, table }` with sites of its own beside it) with
 * what stands in that file in its place. Routers that were probed come with it, unless the input has one of that name.
 */
export async function withDelaysFile(input: Input, folder: string): Promise<Input> {
  const { delays } = input;
  if (typeof delays === 'string')
    return withDelays(input, { path: within(folder, delays), table: 'pessimistic' }, {});
  if (typeof delays !== 'object' || delays === null || !('file' in delays)) return input;
  const { file, table, ...own } = delays as Input;
  if (typeof file !== 'string')
    throw new CalibrationError(['delays.file must be a path; name the file that prestop calibrate wrote.']);
  return withDelays(input, { path: within(folder, file), table: tableChoice(table) }, own);
}

/** The same for a file that a command line names: what the input says of a site by itself stays. */
export async function withDelays(input: Input, { path, table }: DelaysReference, own: Input): Promise<Input> {
  const calibration = await loadDelaysFile(path);
  const routers = Array.isArray(input.routers) ? (input.routers as readonly unknown[]) : [];
  const names = new Set(
    routers.map((router) => (typeof router === 'string' ? router : Reflect.get(Object(router), 'name'))),
  );
  const probed = routersOf(calibration).filter(({ name }) => !names.has(name));
  return {
    ...input,
    delays: { ...delaysOf(calibration, table), ...own },
    ...(probed.length > 0 && { routers: [...routers, ...probed] }),
  };
}

/** Which end of what the samples allow; the pessimistic one where nothing is said. */
export function tableChoice(value: unknown): TableChoice {
  if (value === undefined) return 'pessimistic';
  const found = TABLE_CHOICES.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new CalibrationError([
    `delays.table: "${String(value)}" does not exist; it is ${TABLE_CHOICES.join(', ')}.`,
  ]);
}

function within(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}
