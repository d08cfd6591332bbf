import { isPodPhaseTerminal } from '../endpointslice/endpoint-conditions.ts';
import type { MinorVersion } from '../machinery/version.ts';

/**
 * The phase that the kubelet gives a Pod at the very end of its termination: a terminal one stays, anything else becomes
 * Failed, phases that nobody knows included. A static Pod keeps the phase that it has.
 *
 * Versions: up to 1.26 the phase stays as it is.
 *
 * Source: pkg/kubelet/status/status_manager.go TerminatePod
 */
export function terminatedPodPhase<P extends string>(input: {
  readonly phase: P;
  readonly isStaticPod: boolean;
  readonly minor: MinorVersion;
}): P | 'Failed' {
  if (input.minor < 27 || input.isStaticPod || isPodPhaseTerminal(input.phase)) return input.phase;
  return 'Failed';
}

/**
 * What a container without a known end is reported as when its initialised Pod is terminated.
 *
 * Source: pkg/kubelet/status/status_manager.go TerminatePod
 */
export const LOST_CONTAINER_STATE = { exitCode: 137, reason: 'ContainerStatusUnknown' } as const;
