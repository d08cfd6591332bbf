import { terminatedState } from '../../../src/rules/kubelet/kill-container.ts';
import type { ContainerToKill } from '../../../src/rules/kubelet/kill-containers.ts';
import { podPhase } from '../../../src/rules/kubelet/pod-phase.ts';
import type { Adapter } from '../types.ts';
import { containerOf, deletionGrace, inGroup, kill, minor, simple, within } from './kubelet-kill.ts';

const SIDECAR_NAMES = ['restartable-init-1', 'restartable-init-2', 'restartable-init-3'];

/** Sidecars that the table describes in a sentence, by what the sentence says. */
function sidecarsOf(described: any): readonly (readonly [string, any])[] {
  if (described === undefined || /not started/.test(described)) return [];
  if (typeof described !== 'string') return Object.entries(described);
  const secondsToExitAfterSIGTERM = Number(/(\d+) s to exit/.exec(described)?.[1]);
  const preStop = /preStop (exec \d+ s)/.exec(described)?.[1];
  return SIDECAR_NAMES.map((name) => [name, { secondsToExitAfterSIGTERM, preStop, exitCode: 0 }]);
}

/** Running init containers and sidecars of the case about a Pod that is deleted while it starts. */
function initsOf(input: any): readonly ContainerToKill[] {
  return Object.entries<string>(input.initContainers ?? {})
    .filter(([, text]) => !/never created|exits$/.test(text))
    .map(([name, text]) => ({
      ...simple({ exitAfterStopSignalMs: (input.containerTerminationSeconds ?? 0) * 1000 }),
      name,
      sidecar: text.startsWith('sidecar'),
      init: !text.startsWith('sidecar'),
    }));
}

export const sidecarAdapters: readonly Adapter[] = [
  {
    name: 'e2e: sidecars',
    matches: inGroup('e2e-sidecar'),
    actual(input) {
      const described = sidecarsOf(input.sidecars);
      const regular = Object.entries<any>(input.containers ?? {}).filter(
        ([, text]) => text !== 'never created',
      );
      const completed = input.trigger === 'main completes';
      const containers = [
        ...initsOf(input),
        ...described.map(([name, container]) => containerOf(name, container, true)),
        ...(completed ? [] : regular.map(([name, container]) => containerOf(name, container, false))),
      ];
      const grace = deletionGrace(input.deleteGracePeriodSeconds, input.terminationGracePeriodSeconds);
      const { containers: killed, allStoppedMs } = kill(containers, grace);
      const ended = Object.entries(killed).sort(([, a], [, b]) => a.exitMs - b.exitMs);
      const own = Object.fromEntries([...described, ...regular]);
      const exitCodes: Record<string, number> = {};
      for (const [name, { sigkilled }] of ended) {
        exitCodes[name] = terminatedState({ sigkilled, ownExitCode: own[name]?.exitCode ?? 0 }).exitCode;
      }
      const hooks = Object.values(killed);
      return {
        goneSeconds: allStoppedMs / 1000,
        exitOrder: [...(completed ? regular.map(([name]) => name) : []), ...ended.map(([name]) => name)],
        exitCodes,
        hookLifetimesMs: hooks.map(({ preStopProcessEndMs }) => preStopProcessEndMs),
        hookStartsMs: hooks.map(({ preStopStartMs }) => preStopStartMs),
        phase: podPhase({
          restartPolicy: 'Never',
          containers: regular.map(([name]) => name),
          initContainers: described.map(([name]) => ({ name, restartable: true })),
          statuses: Object.fromEntries(
            Object.entries(exitCodes).map(([name, exitCode]) => [name, { state: 'terminated', exitCode }]),
          ),
          podIsTerminal: true,
          podHasInitialized: true,
          minor,
        }),
      };
    },
    agrees: (actual, expected) => Object.keys(expected).every((key) => sidecarAgrees(actual, expected, key)),
  },
];

const spread = (times: number[]) => Math.max(...times) - Math.min(...times);

function sidecarAgrees(actual: any, expected: any, key: string): boolean {
  const value = expected[key];
  switch (key) {
    case 'secondsFromDeleteToPodGone':
      return within(actual.goneSeconds, value);
    case 'exitCodes':
      return Object.entries(value).every(([name, code]) => actual.exitCodes[name] === code);
    case 'preStopProcessLifetimeMs':
      return actual.hookLifetimesMs.every((ms: number) => Math.abs(ms - value.about) <= value.tolerance);
    case 'preStopEndTimesWithinMs':
      return spread(actual.hookLifetimesMs) <= value;
    case 'preStopStartTimesWithinMs':
      return spread(actual.hookStartsMs) <= value;
    default:
      return JSON.stringify(actual[key]) === JSON.stringify(value);
  }
}
