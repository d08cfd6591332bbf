import { wrongArgument } from './options.ts';

/** What calls take beside their options. Types tell it to whoever writes TypeScript; anybody else is told where it is given wrongly. */

interface Wanted {
  readonly is: string;
  readonly holds: (value: unknown) => boolean;
  readonly fix: string;
}

const holding =
  (...keys: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' && value !== null && keys.every((key) => key in value);

const isText = (value: unknown): boolean => typeof value === 'string';

const aRun = holding('scenario', 'verdict', 'digest');
const aCampaign = holding('tally', 'requested');

const WANTED = {
  scenario: {
    is: 'a scenario',
    holds: holding('world', 'settings', 'objects'),
    fix: 'Pass what defineScenario({ manifests, … }) returns.',
  },
  scenarioOrInput: {
    is: 'a scenario, or what one is made of',
    holds: holding(),
    fix: 'Pass { manifests, … }, or what defineScenario returns.',
  },
  run: { is: 'a run', holds: aRun, fix: 'Pass what simulate(scenario) returns.' },
  runOrReport: {
    is: 'a run or the report of a campaign',
    holds: (value: unknown) => aRun(value) || aCampaign(value),
    fix: 'Pass what simulate(scenario) or fuzz(scenario) returns.',
  },
  sweep: {
    is: 'the report of a sweep',
    holds: holding('rows'),
    fix: 'Pass what sweepPreStop(scenario) returns.',
  },
  requests: {
    is: 'what became of requests',
    holds: holding('sent', 'failed', 'failures', 'lateArrivals'),
    fix: "Pass a run's verdict.requests.",
  },
  counterexample: {
    is: 'a counterexample',
    holds: holding('delays', 'lagsMs'),
    fix: 'Pass what shrink returns, or the counterexample of a report.',
  },
  fact: {
    is: 'a fact of a run',
    holds: (value: unknown) =>
      ['code', 'kind', 'evidence', 'setting'].some((key) => holding(key)(value)) && !aRun(value),
    fix: 'Pass a violation, a fix, an assumption, an entry of notJudged or the answer of findSafePreStop.',
  },
  calibrateInput: {
    is: 'recordings and scrapes',
    holds: (value: unknown) =>
      (['recordings', 'scrapes'] as const).every((key) => {
        const list: unknown = holding(key)(value) ? Reflect.get(value as object, key) : [];
        return Array.isArray(list);
      }) && holding()(value),
    fix: 'Pass { recordings, scrapes }: lists of what parseRecording and parseMetrics return.',
  },
  calibration: {
    is: 'a calibration',
    holds: holding('sites', 'recordings', 'date', 'rows'),
    fix: 'Pass what calibrate or parseDelaysFile returns.',
  },
  recording: {
    is: 'a recording',
    holds: (value: unknown) =>
      holding('meta', 'lines')(value) && Array.isArray(Reflect.get(value as object, 'lines')),
    fix: 'Pass what parseRecording or toRecording returns.',
  },
  recordings: {
    is: 'a list of recordings',
    holds: (value: unknown) => Array.isArray(value) && value.every(holding('meta', 'lines')),
    fix: 'Pass a list of what parseRecording returns.',
  },
  repetitions: {
    is: 'a list of repetitions',
    holds: (value: unknown) => Array.isArray(value) && value.every(holding('scenario', 'observation')),
    fix: 'Pass the repetitions that repetitionsOf(recordings) returns.',
  },
  issues: {
    is: 'a list of issues',
    holds: (value: unknown) => Array.isArray(value) && value.every(holding('message', 'path')),
    fix: 'Pass the issues of parseScenario, or of a ScenarioError.',
  },
  reports: {
    is: 'a list of reports',
    holds: Array.isArray,
    fix: 'Pass the reports of all shards, as fuzz returned them.',
  },
  text: { is: 'text', holds: isText, fix: 'Pass what the file holds, as a string.' },
} as const satisfies Readonly<Record<string, Wanted>>;

export type ArgumentKind = keyof typeof WANTED;

/** Throws an OptionsError that says what the call takes, where its first argument is something else. */
export function demand(call: string, kind: ArgumentKind, value: unknown): void {
  const { is, holds, fix }: Wanted = WANTED[kind];
  if (holds(value)) return;
  throw wrongArgument(call, [], `its first argument must be ${is}; it is ${named(value)}.`, value, fix);
}

/** What was given, in a few words. */
function named(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'string') return value.length > 40 ? `text of ${value.length} characters` : 'text';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const keys = Object.keys(value).slice(0, 3);
  return keys.length === 0
    ? 'an empty object'
    : `an object with ${keys.map((key) => JSON.stringify(key)).join(', ')}`;
}
