import type { MinorVersion } from '../machinery/version.ts';

/** A Pod's `restartPolicy`. */
export type PodRestartPolicy = 'Always' | 'OnFailure' | 'Never';

/**
 * Whether a container that ended with this code is started again, by the Pod's policy alone.
 *
 * Source: pkg/api/v1/pod/util.go ContainerShouldRestart
 */
export function containerShouldRestart(restartPolicy: PodRestartPolicy, exitCode: number): boolean {
  if (restartPolicy === 'OnFailure') return exitCode !== 0;
  return restartPolicy === 'Always';
}

/**
 * Whether the kubelet's next sync of a Pod starts this container. A Pod that is being deleted starts nothing any more, nor
 * does one that is terminating for another reason, since its worker no longer syncs it; so a change of the image after
 * the deletion restarts nothing.
 *
 * Source: pkg/kubelet/container/helpers.go ShouldContainerBeRestarted; pkg/kubelet/pod_workers.go podWorkerLoop
 */
export function shouldContainerBeRestarted(input: {
  readonly podTerminating: boolean;
  readonly restartPolicy: PodRestartPolicy;
  /** Null: it never ran. */
  readonly state: 'running' | 'exited' | 'created' | 'unknown' | null;
  readonly exitCode: number;
}): boolean {
  if (input.podTerminating || input.state === 'running') return false;
  if (input.state !== 'exited') return true;
  return containerShouldRestart(input.restartPolicy, input.exitCode);
}

/**
 * Whether a probe worker goes on after its container was found terminated, that is, whether it may run again.
 *
 * Versions: up to 1.34 unless the Pod's policy is Never; from 1.35 by policy and exit code.
 *
 * Source: pkg/kubelet/prober/worker.go doProbe
 */
export function probedContainerMayRunAgain(input: {
  readonly restartPolicy: PodRestartPolicy;
  readonly sidecar: boolean;
  readonly exitCode: number;
  readonly minor: MinorVersion;
}): boolean {
  if (input.sidecar) return true;
  if (input.minor < 35) return input.restartPolicy !== 'Never';
  return containerShouldRestart(input.restartPolicy, input.exitCode);
}
