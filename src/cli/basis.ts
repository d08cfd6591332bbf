import { printable } from '../cluster/printable.ts';
import type { Section } from '../report/campaign-text.ts';
import { assumptionText } from '../report/describe-assumption.ts';
import { paragraph } from '../report/wrap.ts';
import { namingFiles } from './placed-issues.ts';
import type { LoadedScenario } from './scenario-from-args.ts';

/** What nobody described, what is not simulated, what was decided for the user. */
export function basisSection({ scenario, files, notes }: LoadedScenario): Section {
  const { assumptions, ignored } = scenario;
  const unread = ignored.filter(({ kind, name }) => !scenario.readForRouters.has(`${kind}/${name}`));
  const skipped = unread.slice(0, 5).map(({ kind, name }) => named(kind, name));
  if (unread.length > 5) skipped.push(`${unread.length - 5} more`);
  const texts = [
    ...notes,
    ...assumptions.map(assumptionText),
    ...(skipped.length > 0 ? [`Not simulated: ${skipped.join(', ')}.`] : []),
  ];
  const inFiles = namingFiles(files);
  return texts.length === 0
    ? []
    : ['This rests on', ...texts.map((text) => paragraph(inFiles(text), '  - '))];
}

/** The same in a line, where there is a table to read; what file was used is always told. */
export function basisLine(loaded: LoadedScenario): Section {
  const count = basisSection(loaded).length - 1 - loaded.notes.length;
  return [...loaded.notes, `This rests on ${count} assumptions; --verbose lists them.`];
}

/** A document that is no object goes by its place. */
function named(kind: string, name: string): string {
  if (kind === 'no object') return printable(`${name} (${kind})`);
  const work = kind === 'Job' || kind === 'CronJob' ? ' (apps describes no work of it)' : '';
  return printable(name === '' ? kind : `${kind}/${name}${work}`);
}
