import type { MomentKind } from '../../report/picture/moments.ts';
import type { ControlName } from './state.ts';

/** What the tour's sentences may name of the run that is shown. */
export interface TourFacts {
  readonly requiredSeconds: number | null;
}

/** A step of the tour: what it says, what it sets, and which event it shows. */
export interface TourStep {
  readonly title: string;
  readonly text: (facts: TourFacts) => string;
  readonly set: Readonly<Partial<Record<ControlName, number>>> | 'required';
  /** The last event of this kind that the timeline tells. */
  readonly show: Extract<MomentKind, 'deleteSent' | 'hookStarted' | 'routedOut' | 'closed' | 'signal'>;
}

export const TOUR: readonly TourStep[] = [
  {
    title: 'A Pod is deleted',
    text: () =>
      'Three Pods of nginx on three nodes, with a preStop hook that sleeps for 30 s. Somebody deletes one. The DELETE only sets deletionTimestamp: nobody is told, everybody has to notice. Press “event ▶” to see who learns of it when.',
    set: { preStop: 30, lag: 0, nodes: 3, seed: 1 },
    show: 'deleteSent',
  },
  {
    title: 'The kubelet does not wait',
    text: () =>
      'The kubelet of the Pod’s node sees the deletion and starts preStop at once. It does not ask whether anybody still sends requests to the Pod.',
    set: { preStop: 30, lag: 0 },
    show: 'hookStarted',
  },
  {
    title: 'Meanwhile the news travels',
    text: () =>
      'The EndpointSlice controller marks the endpoint as terminating, and each kube-proxy takes the Pod out of its rules, each in its own time. Until then a new connection may still go there. The grey bars end where a node has let go.',
    set: { preStop: 30, lag: 0 },
    show: 'routedOut',
  },
  {
    title: 'Without the hook',
    text: () =>
      'preStop is 0 now: the stop signal comes at once, nginx stops accepting, and the nodes still send to it. In the red windows connections are refused. That is the whole race.',
    set: { preStop: 0, lag: 0 },
    show: 'closed',
  },
  {
    title: 'How long is long enough?',
    text: ({ requiredSeconds }) =>
      `This run needed ${requiredSeconds === null ? 'more than any hook' : `${requiredSeconds} s`}. Other runs have other delays; the safe interval above is that of 200 of them. Move the seed to see how they differ.`,
    set: 'required',
    show: 'routedOut',
  },
  {
    title: 'Whoever is slowest decides',
    text: () =>
      'A router in front that lets go 10 s after it has heard: 2 s of preStop are far too short. Move preStop until the picture is green, then put your own YAML below.',
    set: { preStop: 2, lag: 10 },
    show: 'signal',
  },
];
