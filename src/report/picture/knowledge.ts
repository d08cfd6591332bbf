import { isDataPlane } from '../../verdict/trace-events.ts';
import type { Moment, MomentKind } from './moments.ts';

/** What somebody knows of a Pod from an event on, in a few words: an actor sees only what reached it. */
export interface Knowledge {
  readonly seq: number;
  readonly who: string;
  readonly station: Station;
  readonly pod: string;
  readonly what: string;
}

/** Everything that anybody learns, in its order. */
export function knowledgeOf(moments: readonly Moment[]): readonly Knowledge[] {
  return moments.flatMap((moment) => {
    const { kind, pod, seq } = moment;
    const learnt = LEARNT[kind]?.(moment);
    return pod === null || seq === null || learnt === undefined ? [] : [{ seq, pod, ...learnt }];
  });
}

/** Who there is, in the order in which a deletion reaches them. */
export const STATIONS = [
  'kubectl',
  'api-server',
  'endpointslice-controller',
  'EndpointSlices',
  'data-plane',
  'router',
  'kubelet',
  'container',
] as const;
export type Station = (typeof STATIONS)[number];

/** What each holds for true before anything happens. */
export const AT_FIRST: Readonly<Record<Station, string>> = {
  kubectl: 'nothing asked',
  'api-server': 'Running, Ready',
  'endpointslice-controller': 'takes it for ready',
  EndpointSlices: 'ready',
  'data-plane': 'sends to it',
  router: 'sends to it',
  kubelet: 'keeps it running',
  container: 'accepts connections',
};

const ASKED = 'has asked for its end';
const TERMINATING = 'terminating: deletionTimestamp is set';

/** Whether who knows that knows of a Pod that it is to go. */
export function isLeaving(what: string): boolean {
  return what === ASKED || what === TERMINATING;
}

type Learnt = (moment: Moment) => Pick<Knowledge, 'who' | 'station' | 'what'>;

const actor =
  (what: string): Learnt =>
  (moment) => ({ who: moment.actor, station: stationOf(moment), what });
const container =
  (what: string): Learnt =>
  (moment) => ({ who: `container ${moment.container ?? ''}`.trim(), station: 'container', what });

/** Whoever else asks for a Pod's end, or makes one, is where kubectl is: at the beginning. */
function stationOf({ actorKind }: Moment): Station {
  if (isDataPlane({ actorKind })) return 'data-plane';
  return STATIONS.find((station) => station === actorKind) ?? 'kubectl';
}

const LEARNT: Readonly<Partial<Record<MomentKind, Learnt>>> = {
  deleteSent: actor(ASKED),
  created: actor('created'),
  terminating: actor(TERMINATING),
  gone: actor('no such Pod'),
  ready: actor('Ready'),
  notReady: actor('not Ready'),
  terminal: actor('its containers have ended'),
  controllerSaw: actor('saw the deletion'),
  kubeletSaw: actor('saw the deletion'),
  slice: ({ state }) => ({ who: 'EndpointSlices', station: 'EndpointSlices', what: state ?? '' }),
  routedOut: actor('sends nothing to it'),
  routedIn: actor('sends to it'),
  stopBegins: actor('stops its containers'),
  hookStarted: actor('runs preStop'),
  hookEnded: (moment) =>
    actor(moment.completed === false ? 'preStop did not run to its end' : 'preStop is over')(moment),
  started: container('starts'),
  opened: container('accepts connections'),
  signal: container('has the stop signal'),
  closed: container('refuses connections'),
  exited: container('has ended'),
  sigkill: container('was killed'),
};
