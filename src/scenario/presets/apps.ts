import type { AppInput } from '../schema.ts';
import { app, type Overrides } from './app.ts';

export * from './app-runtimes.ts';
export * from './app-servers.ts';

/**
 * What common processes do at the stop signal, and with the connections that clients keep. Each takes overrides: how long its work
 * in flight takes is yours to say (`drain`). The confidence says where a rule was read: `published` in the server's own source or
 * documentation, `estimate` in second-hand reports.
 */

/** Stops accepting at the stop signal, finishes what is in flight, exits 0: what an app that nobody describes is taken for. */
export function wellMade(overrides: Overrides = {}): AppInput {
  return app({ name: 'wellMade', onStopSignal: 'drain' }, overrides);
}

/** Exits at the stop signal, whatever is in flight. */
export function exitsAtOnce(overrides: Overrides = {}): AppInput {
  return app({ name: 'exitsAtOnce', onStopSignal: 'exit' }, overrides);
}

/** Goes on accepting for a while after the stop signal, and then drains. */
export function keepsAccepting(keepAccepting: string, overrides: Overrides = {}): AppInput {
  return app({ name: 'keepsAccepting', onStopSignal: 'drain', keepAccepting }, overrides);
}

/** `sh -c` as PID 1: the shell does not pass the signal on, so the app accepts until SIGKILL. */
export function shellAsPid1(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'shellAsPid1',
      onStopSignal: 'ignore',
      confidence: 'published',
      sources: [
        'pid_namespaces(7): PID 1 gets only signals it has a handler for',
        'Docker reference, shell form of CMD',
      ],
    },
    overrides,
  );
}
