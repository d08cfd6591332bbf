import type { Issue } from '../cluster/issue.ts';
import type { HookInfo } from '../cluster/world.ts';
import type { AppSettings } from './apps.ts';

/** Parts of the description of a preStop hook that no hook of that container takes, and why not. */

type Described = NonNullable<AppSettings['preStop']>;
type Part = 'duration' | 'outcome' | 'missingBinary' | 'waitsFor' | 'effect' | 'effectAt';
type Kind = HookInfo['kind'];

/** What the description may say of each kind of hook. */
const TAKEN: Readonly<Record<Kind, readonly Part[]>> = {
  exec: ['duration', 'outcome', 'missingBinary', 'waitsFor', 'effect', 'effectAt'],
  httpGet: ['duration', 'outcome', 'waitsFor', 'effect', 'effectAt'],
  sleep: ['effect', 'effectAt'],
  invalid: [],
};

/** Why nothing else can be said of it. */
const REASONS: Readonly<Record<Kind, string>> = {
  exec: '',
  httpGet: 'An httpGet hook is a request that the kubelet sends; it runs no command that could be missing.',
  sleep:
    'The kubelet itself sleeps for the seconds in the manifest: a native sleep runs no command, and neither fails nor takes another time.',
  invalid: 'A tcpSocket hook fails at once: the kubelet has no handler for it.',
};

const FIXES: Readonly<Record<Kind, string>> = {
  exec: '',
  httpGet: "Remove it; for a request that fails: outcome: 'failed'.",
  sleep: 'Remove it, and set lifecycle.preStop.sleep.seconds; or use an exec hook where a command runs.',
  invalid: 'Remove it, or use another handler in lifecycle.preStop.',
};

/** `hooks`: those of all containers of that name. */
export function hookIssues(name: string, described: Described, hooks: readonly HookInfo[]): Issue[] {
  const [first] = hooks;
  if (first === undefined) return [];
  const refused = saidIn(described)
    .filter((part) => !hooks.some(({ kind }) => TAKEN[kind].includes(part)))
    .map((part) => ({
      code: 'noEffect',
      path: ['apps', name, 'preStop', part],
      message: `apps.${name}.preStop.${part} has no effect on the ${wordsFor(first.kind)} of container "${name}".`,
      value: described[part],
      rule: REASONS[first.kind],
      fix: FIXES[first.kind],
    }));
  return refused.length === 0 && atNothing(described, hooks) ? [noEffectAt(name, described)] : refused;
}

/** A hook that waits for a container that is not there, or whose duration is said besides. `siblings`: of its Pods, by name. */
export function waitingIssues(name: string, described: Described, siblings: readonly string[]): Issue[] {
  const { waitsFor, duration } = described;
  if (waitsFor === undefined) return [];
  const path = ['apps', name, 'preStop', 'waitsFor'];
  if (!siblings.includes(waitsFor))
    return [
      {
        code: 'unknownContainer',
        path,
        message: `The hook of container "${name}" waits for a container "${waitsFor}", which its Pod does not have.`,
        value: waitsFor,
        rule: 'A hook waits for another container of the same Pod.',
        fix: siblings.length === 0 ? 'Remove it, and say its duration.' : `It has: ${siblings.join(', ')}.`,
      },
    ];
  if (duration === undefined) return [];
  return [
    {
      code: 'noEffect',
      path: ['apps', name, 'preStop', 'duration'],
      message: `apps.${name}.preStop.duration has no effect: the hook takes until "${waitsFor}" stops accepting.`,
      value: duration,
      rule: 'waitsFor says when the hook ends.',
      fix: 'Remove one of the two.',
    },
  ];
}

/** A time is given for an effect that there is not. */
function atNothing({ effectAt }: Described, hooks: readonly HookInfo[]): boolean {
  return effectAt !== undefined && hooks.every(({ effect }) => effect === 'none');
}

function noEffectAt(name: string, { effectAt }: Described): Issue {
  return {
    code: 'noEffect',
    path: ['apps', name, 'preStop', 'effectAt'],
    message: `apps.${name}.preStop.effectAt says when the hook of container "${name}" has an effect, and it has none.`,
    value: effectAt,
    rule: 'effectAt goes with an effect.',
    fix: "Say which: effect: 'closeListener' or effect: 'failReadiness'; or remove it.",
  };
}

/** The parts that say something else than what happens without a description. */
function saidIn(described: Described): readonly Part[] {
  const { duration, outcome, missingBinary, waitsFor, effect = 'none', effectAt } = described;
  return [
    ...(duration === undefined ? [] : (['duration'] as const)),
    ...(outcome === 'failed' ? (['outcome'] as const) : []),
    ...(missingBinary === true ? (['missingBinary'] as const) : []),
    ...(waitsFor === undefined ? [] : (['waitsFor'] as const)),
    ...(effect === 'none' ? [] : (['effect'] as const)),
    ...(effectAt === undefined ? [] : (['effectAt'] as const)),
  ];
}

function wordsFor(kind: Kind): string {
  if (kind === 'invalid') return 'tcpSocket hook';
  return kind === 'sleep' ? 'native sleep hook' : `${kind} hook`;
}
