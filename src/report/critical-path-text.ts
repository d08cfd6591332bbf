import type { CriticalPath, PathLink, RoundingReason } from '../analysis/critical-path.ts';
import type { World } from '../cluster/world.ts';
import { phraseBeside } from './phrase.ts';
import { paragraph, signedMs } from './wrap.ts';

/** A critical path as a sum: one line for each link, in ms, then the exact sum, the rounding and the required preStop. */
export function criticalPathLines(path: CriticalPath, world: World): readonly string[] {
  const routing = path.links.filter(({ side }) => side === 'routing');
  const pod = path.links.filter(({ side }) => side === 'pod');
  return [
    ...measuredOn(path),
    '  Until the last router has let go:',
    ...routing.map((link) => linkLine(link, path, world)),
    '  less the time for which the Pod accepts without a hook:',
    ...pod.map((link) => linkLine(link, path, world)),
    ...sumLines(path),
  ];
}

/** Where the numbers are not this run's own. */
function measuredOn({ reading }: CriticalPath): readonly string[] {
  if (reading.hookMs === null) return [];
  const text =
    `How long routers take depends on the hooks here. The path is that of the same seed with preStop hooks of ` +
    `${reading.hookMs / 1000} s, with which all let go in time.`;
  return [paragraph(text, '  ')];
}

function linkLine(link: PathLink, path: CriticalPath, world: World): string {
  const { event, ms } = link;
  const words =
    event === null || link.kind !== 'event'
      ? TERMS[link.kind](path)
      : `${event.actor}: ${phraseBeside(event, world, path.decision.pod)}`;
  return sumLine(signedMs(ms), words);
}

const TERMS: Readonly<Record<PathLink['kind'], (path: CriticalPath) => string>> = {
  event: () => '',
  wayToPod: () => 'the way of its last connection to the Pod',
  betweenRequests: () => 'between the requests that the two sides began with',
  hookStartUp: () => 'the runtime starts the exec hook, which delays the signal by itself',
  stopSignal: () => 'from the end of the hook to the stop signal',
  accepting: ({ reading }) =>
    reading.endsBy === 'sigkill'
      ? 'the app goes on accepting until SIGKILL'
      : 'the app goes on accepting after the stop signal',
};

function sumLines({ exactMs, rounding, requiredPreStopMs }: CriticalPath): readonly string[] {
  const exact = sumLine(`= ${amount(exactMs)}`, 'exactly');
  if (rounding === null || requiredPreStopMs === null)
    return [exact, sumLine('', 'no hook of that length fits the grace period')];
  const required = sumLine(`= ${amount(requiredPreStopMs)}`, 'required preStop');
  if (rounding.ms === 0) return [exact, required];
  return [exact, sumLine(signedMs(rounding.ms), ROUNDINGS[rounding.why]), required];
}

const ROUNDINGS: Readonly<Record<RoundingReason, string>> = {
  wholeMs: 'rounded up to a whole millisecond',
  neverNegative: 'left over: no hook is needed',
  shorterKill: 'since SIGKILL comes earlier after a longer hook: the kubelet deducts its whole seconds',
};

function amount(ms: number): string {
  return `${ms < 0 ? '-' : ''}${Math.abs(ms).toFixed(3)}`;
}

function sumLine(figure: string, words: string): string {
  return paragraph(words, `  ${figure.padStart(14)} ms  `.replace(/^ {16} ms/, ' '.repeat(19)));
}
