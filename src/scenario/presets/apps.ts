import type { DelayInput } from '../../schema/delay-input.ts';
import type { AppInput } from '../schema.ts';
import { type AppFunctions, type AppPreset, appFunctions } from './app-preset.ts';
import { RUNTIMES } from './app-runtimes.ts';
import { SERVERS } from './app-servers.ts';
import { SIDECARS } from './app-sidecars.ts';

/** What an app does, whatever it is written in. */
const KINDS = {
  /** Stops accepting at the stop signal, finishes what is in flight, exits 0: what an app that nobody describes is taken for. */
  wellMade: {
    settings: { onStopSignal: 'drain' },
  },
  /** Exits at the stop signal, whatever is in flight. */
  exitsAtOnce: {
    settings: { onStopSignal: 'exit' },
  },
  /** `sh -c` as PID 1: the shell does not pass the signal on, so the app accepts until SIGKILL. */
  shellAsPid1: {
    settings: { onStopSignal: 'ignore' },
    confidence: 'published',
    sources: [
      'pid_namespaces(7): PID 1 gets only signals it has a handler for',
      'Docker reference, shell form of CMD',
    ],
  },
} as const satisfies Readonly<Record<string, AppPreset>>;

/** Every app by its name, as data. */
export const APP_PRESETS = { ...KINDS, ...SERVERS, ...SIDECARS, ...RUNTIMES };

/**
 * What common processes do at the stop signal, and with the connections that clients keep. Each takes overrides: how long its work
 * in flight takes is yours to say (`drain`).
 */
export const apps: Apps = /*#__PURE__*/ withLength(/*#__PURE__*/ appFunctions(APP_PRESETS));

/** All of them: the tables by their names, so that published types keep what is said of each row. */
export type Apps = AppFunctions<typeof KINDS & typeof SERVERS & typeof SIDECARS & typeof RUNTIMES> & {
  /** Goes on accepting for a while after the stop signal, and then drains. */
  readonly keepsAccepting: (keepAccepting: DelayInput, overrides?: Partial<AppInput>) => AppInput;
};

function withLength(functions: AppFunctions<typeof APP_PRESETS>): Apps {
  return {
    ...functions,
    keepsAccepting: (keepAccepting, overrides = {}) => ({
      name: 'keepsAccepting',
      onStopSignal: 'drain',
      keepAccepting,
      ...overrides,
    }),
  };
}
