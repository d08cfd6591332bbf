import { parseArgs } from 'node:util';
import { TABLE_CHOICES, type TableChoice } from '../calibration/table-choice.ts';
import { printable } from '../cluster/printable.ts';
import { didYouMean } from '../cluster/similar.ts';
import { parseDuration, toMs } from '../kernel/time.ts';
import { COMMANDS, type CommandName, optionOf } from './command-specs.ts';
import { type Format, TEXT_FORMATS } from './formats.ts';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(
    /** Its lines, where there are several: what others wrote begins none. */
    message: string | readonly string[],
    readonly command: CommandName | null = null,
  ) {
    super(
      [message]
        .flat()
        .map((line) => printable(line))
        .join('\n'),
    );
  }
}

/** A command line's options, checked as far as they can be without the scenario. */
export interface Options {
  readonly config?: string;
  readonly cluster?: string;
  readonly routers: readonly string[];
  /** Whether routers that the manifests name route, too. */
  readonly inferRouters: boolean;
  readonly apps: readonly string[];
  readonly clients: readonly string[];
  readonly deletePods: readonly string[];
  readonly set: readonly string[];
  readonly delays?: string;
  readonly delaysTable?: TableChoice;
  readonly probedRouter?: string;
  readonly record: RecordArguments;
  readonly preStopSeconds?: number;
  readonly runs?: number;
  readonly seed: number;
  readonly vary: readonly string[];
  readonly swarm: boolean;
  readonly workers: number;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly stopAfterFailures?: number;
  readonly shrink: boolean;
  /** How often what is done is written to `out`. */
  readonly checkpointMs?: number;
  /** The report that a campaign goes on from, and that it is written to. */
  readonly resumeFrom?: string;
  readonly out?: string;
  readonly maxSeconds?: number;
  readonly confidence?: number;
  readonly headroom?: number;
  readonly secondsFrom?: number;
  readonly secondsTo?: number;
  readonly step?: number;
  readonly pod?: string;
  readonly all: boolean;
  readonly maxLines?: number;
  readonly explain: boolean;
  readonly ascii: boolean;
  readonly open: boolean;
  readonly format: Format;
  readonly progress: boolean;
  /** Stop everything at once. */
  readonly together: boolean;
  readonly workload?: string;
  readonly verbose: boolean;
  readonly allowUnjudged: boolean;
  readonly print: boolean;
}

/** What `prestop record` takes. */
export interface RecordArguments {
  readonly deployment?: string;
  readonly repetitions: number;
  readonly mode: 'delete' | 'rollout';
  readonly kubectl?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly resume: boolean;
  readonly maxUnavailable: number;
  readonly allowOutage: boolean;
  readonly probe?: string;
  readonly from?: string;
}

export type Parsed =
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'command';
      readonly command: CommandName;
      readonly positionals: readonly string[];
      readonly options: Options;
    };

/** Reads the words after `prestop`. Throws a UsageError. */
export function parseCommandLine(argv: readonly string[]): Parsed {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', command: null };
  if (first === '--version' || first === '-v') return { kind: 'version' };
  if (first === 'help') return { kind: 'help', command: rest[0] === undefined ? null : commandOf(rest[0]) };
  const command = commandOf(first);
  const { values, positionals } = readWords(command, rest);
  if (values.get('help') !== undefined) return { kind: 'help', command };
  return { kind: 'command', command, positionals, options: optionsOf(command, values) };
}

function commandOf(name: string): CommandName {
  const known = Object.keys(COMMANDS) as CommandName[];
  const found = known.find((command) => command === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `There is no command "${name}".${didYouMean(name, known)} Commands: ${known.join(', ')}.`,
  );
}

type Values = ReadonlyMap<string, readonly (string | boolean)[]>;

function readWords(command: CommandName, args: readonly string[]) {
  const names = COMMANDS[command].options;
  const options = Object.fromEntries(
    names.map((name) => {
      const { type, short } = optionOf(command, name);
      return [name, { type, multiple: true as const, ...(short !== undefined && { short }) }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const read = new Map<string, readonly (string | boolean)[]>();
    for (const [name, value] of Object.entries(values)) {
      if (Array.isArray(value)) read.set(name, value);
    }
    checkRepeated(command, read);
    return { values: read as Values, positionals };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    const unclear = /^Option '([^']+)' argument is ambiguous/.exec(error.message)?.[1];
    if (unclear !== undefined) throw new UsageError(dashed(unclear, args), command);
    // Node adds how to pass such a word as a file's name; nobody means that.
    const [what = error.message] = error.message.split('. To specify');
    const word = /^Unknown option '--?([^']+)'/.exec(what)?.[1];
    throw new UsageError(
      `${what}.${
        word === undefined
          ? ''
          : didYouMean(
              `--${word}`,
              names.map((name) => `--${name}`),
            )
      }`,
      command,
    );
  }
}

/** A value that begins with a dash, which might be an option that follows. */
function dashed(option: string, args: readonly string[]): string {
  const value = args[args.indexOf(option) + 1] ?? '';
  return `${option}: "${value}" begins with a dash, so it may be an option of its own; write ${option}=${value} if it is the value.`;
}

function checkRepeated(command: CommandName, values: Values): void {
  for (const name of COMMANDS[command].options) {
    const { multiple = false, type } = optionOf(command, name);
    const count = values.get(name)?.length ?? 0;
    if (type === 'string' && !multiple && count > 1) {
      throw new UsageError(`--${name} is given ${count} times; give it once.`, command);
    }
  }
}

function optionsOf(command: CommandName, values: Values): Options {
  const list = (name: string) => (values.get(name) ?? []).filter((value) => typeof value === 'string');
  const text = (name: string) => list(name)[0];
  const flag = (name: string) => values.get(name)?.[0] === true;
  const whole = (name: string, min: number) => wholeNumber(command, name, text(name), min);
  const share = (name: string) => fraction(command, name, text(name));
  const resumeFrom = text('resume');
  return {
    ...given('config', text('config')),
    ...given('cluster', text('cluster')),
    routers: list('router'),
    inferRouters: !flag('no-inferred-routers'),
    print: flag('print'),
    apps: list('app'),
    clients: list('client'),
    deletePods: list('delete-pod'),
    set: list('set'),
    ...given('delays', text('delays')),
    ...given('delaysTable', tableOf(command, text('delays-table'))),
    ...given('probedRouter', text('probed-router')),
    record: {
      ...given('deployment', text('deployment')),
      repetitions: whole('repetitions', 1) ?? 60,
      mode: modeOf(command, text('mode')),
      ...given('kubectl', text('kubectl')),
      ...given('context', text('context')),
      ...given('namespace', text('namespace')),
      yes: flag('yes'),
      dryRun: flag('dry-run'),
      resume: flag('resume'),
      maxUnavailable: whole('max-unavailable', 1) ?? 1,
      allowOutage: flag('allow-outage'),
      ...given('probe', text('probe')),
      ...given('from', command === 'record' ? text('from') : undefined),
    },
    ...given('preStopSeconds', whole('pre-stop', 0)),
    ...given('runs', whole('runs', 1)),
    seed: whole('seed', 0) ?? 0,
    vary: list('vary'),
    swarm: flag('swarm'),
    workers: whole('workers', 1) ?? 1,
    ...given('shard', shardOf(command, text('shard'))),
    ...given('stopAfterFailures', whole('stop-after-failures', 1)),
    shrink: !flag('no-shrink'),
    ...given('checkpointMs', checkpointOf(command, text('checkpoint'), text('out') ?? resumeFrom)),
    ...given('resumeFrom', resumeFrom),
    ...given('out', text('out') ?? resumeFrom),
    ...given('maxSeconds', whole('max-seconds', 0)),
    ...given('confidence', share('confidence')),
    ...given('headroom', share('headroom')),
    ...given('secondsFrom', command === 'record' ? undefined : whole('from', 0)),
    ...given('secondsTo', whole('to', 0)),
    ...given('step', whole('step', 1)),
    ...given('pod', text('pod')),
    all: flag('all'),
    ...given('maxLines', whole('max-lines', 1)),
    explain: flag('explain'),
    ascii: flag('ascii'),
    open: flag('open'),
    format: formatOf(command, text('format'), flag('json')),
    progress: flag('progress'),
    together: flag('together'),
    ...given('workload', text('workload')),
    verbose: flag('verbose'),
    allowUnjudged: flag('allow-unjudged'),
  };
}

/** An optional property that is left out where it has no value. */
function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}

function wholeNumber(
  command: CommandName,
  name: string,
  text: string | undefined,
  min: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[\d_,]+(?:e\d{1,2})?$/i.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`--${name}: "${text}" is out of range; use a whole number from ${min}.`, command);
}

function fraction(command: CommandName, name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const most = name === 'confidence' ? 1 : Number.POSITIVE_INFINITY;
  if (text.trim() !== '' && value >= 0 && value < most) return value;
  throw new UsageError(
    `--${name}: "${text}" is out of range; use a number from 0${name === 'confidence' ? ' to below 1' : ''}.`,
    command,
  );
}

function shardOf(command: CommandName, text: string | undefined): Options['shard'] | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new UsageError(`--shard: "${text}" is no part; write 3/8 for the third of eight.`, command);
}

function checkpointOf(
  command: CommandName,
  text: string | undefined,
  out: string | undefined,
): number | undefined {
  if (text === undefined) return undefined;
  if (out === undefined) throw new UsageError('--checkpoint: say where to write with --out.', command);
  const micros = parseDuration(text);
  if (micros !== null && micros > 0) return toMs(micros);
  throw new UsageError(`--checkpoint: "${text}" is no duration; write it like 10s.`, command);
}

function modeOf(command: CommandName, text: string | undefined): RecordArguments['mode'] {
  if (text === undefined || text === 'delete' || text === 'rollout') return text ?? 'delete';
  throw new UsageError(`--mode: "${text}" does not exist; use delete or rollout.`, command);
}

function tableOf(command: CommandName, text: string | undefined): TableChoice | undefined {
  if (text === undefined) return undefined;
  const found = TABLE_CHOICES.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`--delays-table: "${text}" does not exist; use ${TABLE_CHOICES.join(', ')}.`, command);
}

function formatOf(command: CommandName, text: string | undefined, json: boolean): Format {
  if (json && text !== undefined && text !== 'json') {
    throw new UsageError(`--json and --format ${text} exclude each other; leave one out.`, command);
  }
  const format = json ? 'json' : (text ?? 'text');
  const known = COMMANDS[command].formats ?? TEXT_FORMATS;
  const found = known.find((each) => each === format);
  if (found !== undefined) return found;
  const names = `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  throw new UsageError(
    `--format: "${format}" does not exist here; use ${names}.${didYouMean(format, known)}`,
    command,
  );
}
