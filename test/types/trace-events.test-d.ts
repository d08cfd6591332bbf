import type { Simulation, TraceEvent, TraceEventOf } from '../../src/index.ts';

/** What an event says depends on its type, and the compiler knows it. Compiled by `npm run types`, never run. */

export function read(event: TraceEvent): string | number | readonly string[] | undefined {
  switch (event.type) {
    case 'routesChanged':
      return event.data.removed;
    case 'stopSignal':
      return event.data.timeoutSeconds + event.data.container.length;
    case 'deletePod':
      // @ts-expect-error no DELETE has such an outcome.
      return event.data.outcome === 'deleted' ? 1 : 0;
    case 'preStopEnded':
      return event.data.outcome === 'cutOff' ? event.data.container : event.data.outcome;
    case 'proxyTimer':
      // @ts-expect-error its type says all there is.
      return event.data.container;
    default:
      return undefined;
  }
}

export const seconds = (trace: readonly TraceEvent[]) =>
  trace.filter((event) => event.type === 'stopSignal').map((event): number => event.data.timeoutSeconds);

// @ts-expect-error an event of a container says which.
export const incomplete: TraceEventOf<'sigkill'>['data'] = {};

/** A listener gets the events of its type. */
export function listen(simulation: Simulation): void {
  simulation
    .on('stopSignal', ({ data }) => data.timeoutSeconds + data.container.length)
    .on('event', (event) => (event.type === 'routesChanged' ? event.data.removed : event.actor))
    // @ts-expect-error no DELETE has a timeout.
    .on('deletePod', ({ data }) => data.timeoutSeconds + 1);
  // @ts-expect-error there is no such type.
  simulation.on('podDeleted', () => undefined);
}
