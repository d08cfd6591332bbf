import { largest } from '../kernel/lists.ts';
import { paragraph, REPORT_WIDTH, wrap } from '../report/wrap.ts';
import {
  BAD_INPUT_CODE,
  COMMANDS,
  type CommandName,
  OUTPUT_CODE,
  OWN_FAULT_CODE,
  optionOf,
} from './command-specs.ts';
import { TEXT_FORMATS } from './formats.ts';
import type { OptionName } from './options.ts';

/** The text of `prestop --help`. */
export function generalHelp(): string {
  const names = Object.entries(COMMANDS).map(([name, { summary }]) => row(name, summary, 11));
  return [
    'prestop: know that your preStop is long enough before production tells you it was not.',
    '',
    'Usage: prestop <command> <manifest…> [options]',
    '',
    'Commands',
    ...names,
    '',
    'Start here',
    row('prestop check k8s/*.yaml', 'is what is deployed safe?', 32),
    row('prestop find k8s/*.yaml', 'which preStop would be?', 32),
    row('prestop timeline k8s/*.yaml', 'what happens, line by line', 32),
    '',
    paragraph(
      'Manifests are files, folders, patterns or - for stdin. Options of the scenario (cluster, apps, routers, actions …) may also stand ' +
        'in prestop.config.yaml beside them.',
    ),
    '',
    'prestop <command> --help teaches a command; prestop --version prints the version.',
    ...exitCodes([
      '0  safe, or done',
      '1  not safe, or no safe value',
      '4  no run was unsafe, but some are missing',
      '5  not judged',
    ]),
  ].join('\n');
}

/** The text of `prestop <command> --help`. */
export function commandHelp(name: CommandName): string {
  const { usage, about, options, examples, exitCodes: codes, formats = TEXT_FORMATS } = COMMANDS[name];
  const left = largest(examples.map(([command]) => command.length)) + 2;
  const wide = left > 64;
  return [
    `Usage: ${usage}`,
    ...about.flatMap((text) => ['', paragraph(text)]),
    '',
    'Options',
    ...options.map((option) => optionRow(name, option, formats)),
    '',
    'Examples',
    ...examples.map(([command, what]) => (wide ? `  ${command}\n      ${what}` : row(command, what, left))),
    ...exitCodes(codes),
  ].join('\n');
}

function optionRow(command: CommandName, name: OptionName, formats: readonly string[]): string {
  const { short, takes, help: text } = optionOf(command, name);
  const help = name === 'format' ? `${formats.join(', ')}. ${text}` : text;
  const left = `--${name}${takes === undefined ? '' : ` <${takes}>`}${short === undefined ? '' : `, -${short}`}`;
  return row(left, help, 30);
}

function exitCodes(codes: readonly string[]): readonly string[] {
  return [
    '',
    'Exit codes',
    ...[...codes, BAD_INPUT_CODE, OWN_FAULT_CODE, OUTPUT_CODE].sort().map((code) => `  ${code}`),
  ];
}

function row(left: string, right: string, width: number): string {
  const indent = ' '.repeat(width + 2);
  const lines = wrap(right, REPORT_WIDTH - width - 2);
  const [first = '', ...rest] = lines;
  return [`  ${left.padEnd(width)}${first}`, ...rest.map((line) => indent + line)].join('\n');
}
