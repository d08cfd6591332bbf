import { printableParagraph, printableSentence } from '../cluster/printable.ts';
import type { NotJudged } from '../verdict/types.ts';

type OfCode<C extends NotJudged['code']> = Extract<NotJudged, { readonly code: C }> & NotJudged;

/** What was not judged, and what would have it judged, in a sentence or two. */
export function notJudgedText(open: NotJudged): string {
  return printableParagraph((TEXTS[open.code] as (of: NotJudged) => string)(open));
}

/** What was not judged, in a few words, to stand in a headline: `Service db`. */
export function notJudgedName(open: NotJudged): string {
  return printableSentence(nameOf(open));
}

function nameOf(open: NotJudged): string {
  if (open.code === 'hookDurationUnknown') return `preStop hook of container ${open.container}`;
  if ('pod' in open) return `Pod ${open.pod}`;
  return 'service' in open ? `Service ${open.service}` : `${open.kind} ${open.name}`;
}

const TEXTS: { readonly [C in NotJudged['code']]: (open: OfCode<C>) => string } = {
  stillStopping: ({ pod }) =>
    `Pod ${pod} was still stopping when the run ended at its horizon. Leave the horizon out, or set it later.`,
  stillRouted: ({ pod }) =>
    `Pod ${pod} was still routed to when the run ended at its horizon. Leave the horizon out, or set it later.`,
  serviceNotStopped: ({ service }) => `Service ${service}: none of its Pods was stopped.`,
  serviceWithoutPods: ({ service }) =>
    `Service ${service}: no Pod of the manifests has the labels of its selector and one of its ports.`,
  headlessWithoutClients: ({ service }) =>
    `Service ${service} is headless, and how long its clients go on using an address that DNS gave them is not described: routers: ` +
    '[routers.dnsHeadless()], or your own with that lag.',
  portWithoutContainer: ({ service, port }) =>
    `Service ${service}: no container can be behind port ${port}, since apps takes all of them off the path (onPath: never).`,
  hookDurationUnknown: ({ container, hook, reason, leastMs, safeSeconds }) => {
    const least = leastMs === 0 ? '' : ` It takes at least ${leastMs / 1000} s.`;
    const safe =
      safeSeconds === null
        ? 'Whether it is safe depends on that.'
        : `It is safe if the hook takes between ${safeSeconds.from} s and ${safeSeconds.to} s.`;
    return (
      `How long the ${hook} preStop hook of container ${container} takes is not known: ${reason}.${least} ${safe} Say how long it takes: ` +
      `apps: { ${container}: { preStop: { duration: 5s } } } in the scenario file, or --set apps.${container}.preStop.duration=5s; and where ` +
      'it makes the process stop accepting, effect: closeListener beside it.'
    );
  },
  routerNotDescribed: ({ kind, name, services, what }) => {
    const to =
      services === null
        ? ''
        : `, for ${services.length === 1 ? 'Service' : 'Services'} ${services.join(', ')}`;
    if (what !== null)
      return (
        `${kind} ${name}${to}: it names ${notModelled(what)}. Say how it lets go of a Pod: a router of your own in routers (its ` +
        'parts and its pick), or --router with the preset that comes nearest (prestop presets routers).'
      );
    return (
      `${kind} ${name}${to}: its controller sends to Pods itself and lets go of them later than the nodes do. Which one it is nobody ` +
      'said: add it to routers (ingressNginx, awsAlbIp, gcpNeg …), or --router.'
    );
  },
};

/** `what` of a router that is recognised, with why it is not judged. */
export function notModelled(what: string): string {
  return what.includes(', which is') ? `${what}, and so is not modelled` : `${what}, which is not modelled`;
}
