import { shellWord } from '../cluster/printable.ts';
import type { Options } from './args.ts';

/** The command that shows a run of this command line's scenario: same files, same options, the run's own seed. */
export function replayCommand(
  files: readonly string[],
  options: Options,
  {
    seed,
    preStopSeconds = options.preStopSeconds,
    workload = options.workload,
  }: {
    readonly seed: number;
    readonly preStopSeconds?: number | undefined;
    readonly workload?: string | undefined;
  },
): string {
  const { cluster, routers, inferRouters, apps, clients, deletePods, set, config, vary, swarm } = options;
  const { delays, delaysTable } = options;
  const words = [
    'prestop',
    'timeline',
    ...files,
    ...each('config', config === undefined ? [] : [config]),
    ...each('cluster', cluster === undefined ? [] : [cluster]),
    ...each('router', routers),
    ...(inferRouters ? [] : ['--no-inferred-routers']),
    ...each('app', apps),
    ...each('client', clients),
    ...each('delete-pod', deletePods),
    ...each('set', set),
    ...each('delays', delays === undefined ? [] : [delays]),
    ...each('delays-table', delaysTable === undefined ? [] : [delaysTable]),
    ...each('pre-stop', preStopSeconds === undefined ? [] : [String(preStopSeconds)]),
    ...each('vary', vary),
    ...(swarm && vary.length > 0 ? ['--swarm'] : []),
    ...(options.together && workload === undefined ? ['--together'] : []),
    ...each('workload', workload === undefined ? [] : [workload]),
    ...each('seed', [String(seed)]),
  ];
  return words.map(shellWord).join(' ');
}

function each(name: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [`--${name}`, value]);
}
