import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { SCENARIO_FILE_NAMES } from './scenario-file-names.ts';

/** A file that results go to: looked at before the work that it is for, written beside, and renamed when it is whole. */

/** Why nothing can be written to `path`, in a sentence with its fix; null where it can. Nothing is changed by asking. */
export async function outProblem(path: string, inputs: readonly string[]): Promise<string | null> {
  if (path === '') return 'has no name; give the file one.';
  const target = await targetOf(path);
  const found = await stat(target).catch(() => null);
  if (found?.isDirectory() === true) return `${path} is a folder; name a file in it.`;
  if (found !== null && !found.isFile())
    return (await isWritable(target)) ? null : `${path} cannot be written to.`;
  const folder = dirname(target);
  const around = await stat(folder).catch(() => null);
  if (around === null) return `the folder ${dirname(path)} is not there; make it first.`;
  if (!around.isDirectory()) return `${dirname(path)} is no folder; name another place.`;
  if (!(await isWritable(folder)))
    return `the folder ${dirname(path)} cannot be written to; check its permissions.`;
  if (found === null) return null;
  if (!(await isWritable(target))) return `${path} cannot be written to; check its permissions.`;
  const others = await Promise.all(inputs.map(targetOf));
  if (others.includes(target)) return `${path} is one of the inputs, and would be lost; name another file.`;
  if (SCENARIO_FILE_NAMES.includes(basename(target)))
    return `${path} is a scenario file, and would be lost; name another file.`;
  return null;
}

/** Writes a file in one step: whoever reads it sees the old content or the new one, and never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await targetOf(path);
  const found = await stat(target).catch(() => null);
  // A pipe or a device is written to; putting a file in its place would do away with it.
  if (found !== null && !found.isFile()) return writeFile(target, text);
  const beside = join(dirname(target), `.${basename(target)}.${randomUUID().slice(0, 8)}.tmp`);
  try {
    await writeFile(beside, text, { mode: found?.mode ?? 0o666, flush: true });
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** Where a path leads in the end: what a link points to stays a link. */
function targetOf(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
    return join(folder, basename(path));
  });
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
