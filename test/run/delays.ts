import { DELAY_SITES, type DelaySite } from '../../src/cluster/delay-sites.ts';
import type { DelayInput } from '../../src/schema/delay-input.ts';

/** Delays that tests name for every site, so that a better-measured default moves no expectation. */

export type AllDelays = Readonly<Record<DelaySite, DelayInput>>;

/** `figures` by site; what they do not name takes `otherwise`. */
function everySite(otherwise: DelayInput, figures: Readonly<Record<string, DelayInput>> = {}): AllDelays {
  const entries = DELAY_SITES.map((site) => [site, figures[site] ?? otherwise] as const);
  return Object.fromEntries(entries) as Record<DelaySite, DelayInput>;
}

/** Nothing takes any time but what the rules themselves prescribe. */
export const NO_DELAYS: AllDelays = everySite('0s');

/** Round figures, each different enough to be recognised in a timeline. */
export const CONSTANT_DELAYS: AllDelays = everySite('2ms', {
  'apiServer.write': '5ms',
  'apiServer.response': '2ms',
  'watch.kubelet': '1ms',
  'watch.endpointSliceController': '2ms',
  'watch.replicaSetController': '2ms',
  'watch.scheduler': '2ms',
  'watch.kubeProxy': '3ms',
  'watch.router': '3ms',
  'endpointSliceController.podQueue': '1ms',
  'endpointSliceController.sync': '10ms',
  'replicaSetController.sync': '10ms',
  'scheduler.schedule': '20ms',
  'kubeProxy.sync': '30ms',
  'kubeProxy.syncEnd': '10ms',
  'kubelet.podWorker': '1ms',
  'kubelet.plegRelist': '20ms',
  'kubelet.statusManager': '40ms',
  'kubelet.terminatedPod': '30ms',
  'kubelet.startPod': '500ms',
  'kubelet.probe': '10ms',
  'runtime.execStart': '50ms',
  'runtime.stopSignal': '10ms',
  'runtime.containerExit': '5ms',
  'runtime.stopSandbox': '80ms',
  'app.exit': '4ms',
  'app.start': '10ms',
  'network.routerToPod': '0.5ms',
  'watch.deploymentController': '2ms',
  'deploymentController.sync': '10ms',
  'watch.disruptionController': '2ms',
  'disruptionController.sync': '10ms',
  'nodeLifecycle.monitor': '2s',
  'readinessGate.set': '10s',
  'app.accept': '0s',
  'runtime.stopSignalAtOnce': '0s',
  'runtime.startContainer': '0s',
  'node.powerOff': '1s',
});

/** Anything from nothing to far too much: orders of events that a quiet cluster would hardly show. */
export const WIDE_DELAYS: AllDelays = everySite(
  { uniform: ['0ms', '40ms'] },
  {
    'apiServer.write': { uniform: ['1ms', '400ms'] },
    'watch.kubelet': { uniform: ['0ms', '600ms'] },
    'watch.endpointSliceController': { uniform: ['0ms', '300ms'] },
    'watch.kubeProxy': { uniform: ['0ms', '900ms'] },
    'watch.router': { uniform: ['0ms', '900ms'] },
    'endpointSliceController.sync': { uniform: ['1ms', '200ms'] },
    'kubeProxy.sync': { uniform: ['5ms', '700ms'] },
    'kubeProxy.syncEnd': { uniform: ['1ms', '300ms'] },
    'kubelet.startPod': { uniform: ['200ms', '4s'] },
    'runtime.stopSignal': { uniform: ['0ms', '200ms'] },
  },
);
