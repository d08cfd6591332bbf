import type { MinorVersion } from '../machinery/version.ts';

/**
 * The signal that asks a container to stop: `lifecycle.stopSignal` where the cluster has the field, the gate and a runtime
 * that takes it, else the image's, else SIGTERM.
 *
 * Versions: the field exists from 1.33, its gate is off by default up to 1.36 (the field is then dropped silently).
 *
 * Source: pkg/kubelet/kuberuntime/helpers.go getContainerConfigStopSignal; containerd internal/cri/server/container_stop.go stopContainer
 */
export function effectiveStopSignal(input: {
  readonly lifecycleStopSignal: string | null;
  readonly imageStopSignal: string | null;
  readonly containerStopSignalsGate: boolean;
  readonly runtimeTakesStopSignal: boolean;
  readonly minor: MinorVersion;
}): string {
  const taken = input.minor >= 33 && input.containerStopSignalsGate && input.runtimeTakesStopSignal;
  return (taken ? input.lifecycleStopSignal : null) ?? input.imageStopSignal ?? 'SIGTERM';
}
