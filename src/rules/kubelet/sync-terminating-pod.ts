import type { MinorVersion } from '../machinery/version.ts';
import type { ProbeType } from './probe-worker.ts';

/**
 * Whether a container's probe goes on while its Pod's containers are being stopped. Readiness does until all of them are
 * stopped. Liveness and startup of regular containers end when the termination begins; a sidecar's go on, although their
 * failure can kill nothing any more. Alike in all versions that have sidecars: only regular containers are gone through.
 *
 * Source: pkg/kubelet/kubelet.go SyncTerminatingPod; pkg/kubelet/prober/prober_manager.go StopLivenessAndStartup
 */
export function probesWhileTerminating(probeType: ProbeType, sidecar: boolean): boolean {
  return probeType === 'readiness' || sidecar;
}

/**
 * When a terminating Pod's Ready turns False at the latest, whatever its probe says: when all containers are stopped, or only
 * with the next sync, which waits for the runtime's next listing.
 *
 * Versions: up to 1.26 with the next sync.
 *
 * Source: pkg/kubelet/kubelet.go SyncTerminatingPod
 */
export function readyFalseAt(minor: MinorVersion): 'containersStopped' | 'syncTerminatedPod' {
  return minor >= 27 ? 'containersStopped' : 'syncTerminatedPod';
}
