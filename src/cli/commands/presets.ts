import { paragraph } from '../../report/wrap.ts';
import { type Options, UsageError } from '../args.ts';
import { EXIT, type Io, json } from '../output.ts';
import { type ListedPreset, listPresets, type PresetKind } from '../presets.ts';

const KINDS: readonly PresetKind[] = ['clusters', 'planes', 'routers', 'apps', 'clients'];
const OPTION_OF: Readonly<Record<PresetKind, string>> = {
  clusters: '--cluster <name>',
  planes: '--set cluster.dataPlane=<name>, --set cluster.kubeProxy.mode=<mode>',
  routers: '--router <name>',
  apps: '--app <container>=<name>',
  clients: '--client <name>[@node]',
};

/** Lists the presets, with what they set and where that is from. */
export async function presets(args: readonly string[], options: Options, io: Io): Promise<number> {
  const kinds = args.map((arg) => {
    const kind = KINDS.find((each) => each === arg || each === `${arg}s`);
    if (kind === undefined) {
      throw new UsageError(`There are no presets of "${arg}"; there are ${KINDS.join(', ')}.`, 'presets');
    }
    return kind;
  });
  const listed = listPresets(kinds.length === 0 ? KINDS : kinds);
  io.out(options.format === 'json' ? json(listed) : presetsText(listed));
  return EXIT.safe;
}

export function presetsText(listed: readonly ListedPreset[]): string {
  const kinds = KINDS.filter((kind) => listed.some((preset) => preset.kind === kind));
  return kinds
    .map((kind) =>
      [
        `${kind} (${OPTION_OF[kind]})`,
        ...listed.filter((preset) => preset.kind === kind).map(presetText),
      ].join('\n'),
    )
    .join('\n\n');
}

function presetText({ name, aliases, input, sources, about }: ListedPreset): string {
  const title = [name, ...aliases].join(', ');
  const { name: _name, confidence, ...settings } = { confidence: undefined, ...input };
  const lines = [`  ${title}`];
  for (const [key, value] of Object.entries(settings)) {
    if (value !== undefined && !isEmpty(value)) lines.push(paragraph(settingText(value), `      ${key}: `));
  }
  for (const [key, value] of Object.entries(about)) lines.push(paragraph(value, `      ${key}: `));
  if (sources.length > 0) {
    const label = confidence === undefined ? 'from' : `from (${confidence})`;
    lines.push(paragraph(sources.join('; '), `      ${label}: `));
  }
  return lines.join('\n');
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function settingText(value: unknown): string {
  return typeof value === 'string'
    ? value
    : JSON.stringify(value).replaceAll('"', '').replaceAll(',', ', ').replaceAll(':', ': ');
}
