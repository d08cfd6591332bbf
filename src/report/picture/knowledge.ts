import type { Moment, MomentKind } from './moments.ts';

/** What somebody knows of a Pod from an event on, in a few words: an actor sees only what reached it. */
export interface Knowledge {
  readonly seq: number;
  readonly who: string;
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

/** Who there is, in the order of the pipeline, with what each holds for true before anything happens. */
export function startOf(who: string): string {
  if (who.startsWith('kube-proxy/') || who.startsWith('router/')) return 'sends to it';
  if (who.startsWith('kubelet/')) return 'keeps it running';
  if (who === 'EndpointSlices') return 'ready';
  if (who === 'endpointslice-controller') return 'takes it for ready';
  if (who === 'api-server') return 'Running, Ready';
  return who === 'kubectl' ? 'nothing asked' : 'accepts connections';
}

/** The order in which a deletion reaches them. */
export function stationOf(who: string): number {
  const stations = ['kubectl', 'api-server', 'endpointslice-controller', 'EndpointSlices'];
  if (stations.includes(who)) return stations.indexOf(who);
  if (who.startsWith('kube-proxy/')) return 4;
  if (who.startsWith('router/')) return 5;
  return who.startsWith('kubelet/') ? 6 : 7;
}

const ASKED = 'has asked for its end';
const TERMINATING = 'terminating: deletionTimestamp is set';

/** Whether who knows that knows of a Pod that it is to go. */
export function isLeaving(what: string): boolean {
  return what === ASKED || what === TERMINATING;
}

type Learnt = (moment: Moment) => { readonly who: string; readonly what: string };

const actor =
  (what: string): Learnt =>
  (moment) => ({ who: moment.actor, what });
const container =
  (what: string): Learnt =>
  (moment) => ({ who: `container ${moment.container ?? ''}`.trim(), what });

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
  slice: ({ state }) => ({ who: 'EndpointSlices', what: state ?? '' }),
  routedOut: actor('sends nothing to it'),
  routedIn: actor('sends to it'),
  stopBegins: actor('stops its containers'),
  hookStarted: actor('runs preStop'),
  hookEnded: ({ actor: who, completed }) => ({
    who,
    what: completed === false ? 'preStop did not run to its end' : 'preStop is over',
  }),
  started: container('starts'),
  opened: container('accepts connections'),
  signal: container('has the stop signal'),
  closed: container('refuses connections'),
  exited: container('has ended'),
  sigkill: container('was killed'),
};
