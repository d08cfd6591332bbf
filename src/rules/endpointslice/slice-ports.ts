import type { MinorVersion } from '../machinery/version.ts';

/** What a port speaks. */
export type PortProtocol = 'TCP' | 'UDP' | 'SCTP';

/** A Service's port, which a container's port is found for. */
export interface SliceServicePort {
  readonly name: string;
  readonly protocol: PortProtocol;
  readonly targetPort: number | string;
}

/** What of a container ports are found by. */
export interface SliceContainer {
  readonly ports: readonly {
    readonly name: string;
    readonly containerPort: number;
    readonly protocol: PortProtocol;
  }[];
  /** `Always` on an init container makes it a sidecar. */
  readonly restartPolicy?: string;
}

/** What of a Pod's spec ports are found by. */
export interface SlicePodSpec {
  readonly containers: readonly SliceContainer[];
  readonly initContainers: readonly SliceContainer[];
}

/** A port as an EndpointSlice holds it. */
export interface SlicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: PortProtocol;
}

/**
 * The port of a Pod that a Service port leads to, or null where the Pod has no container port of that name and
 * protocol. A number needs no container port. Named ports of sidecars count from 1.32 on (k/k #127976 and #128850,
 * also backported).
 * Source: staging/src/k8s.io/endpointslice/utils.go findPort
 */
export function findPort(
  pod: SlicePodSpec,
  servicePort: SliceServicePort,
  minor: MinorVersion,
): number | null {
  const { targetPort, protocol } = servicePort;
  if (typeof targetPort === 'number') return targetPort;
  const sidecars = pod.initContainers.filter((container) => container.restartPolicy === 'Always');
  for (const container of minor >= 32 ? [...pod.containers, ...sidecars] : pod.containers) {
    const found = container.ports.find((port) => port.name === targetPort && port.protocol === protocol);
    if (found !== undefined) return found.containerPort;
  }
  return null;
}

/**
 * The ports of the slice that a Pod belongs to. A Service port that the Pod does not have is left out, so Pods of one
 * Service whose named ports resolve differently end up in different slices.
 * Source: staging/src/k8s.io/endpointslice/utils.go getEndpointPorts
 */
export function getEndpointPorts(
  servicePorts: readonly SliceServicePort[],
  pod: SlicePodSpec,
  minor: MinorVersion,
): readonly SlicePort[] {
  const ports: SlicePort[] = [];
  for (const servicePort of servicePorts) {
    const port = findPort(pod, servicePort, minor);
    if (port !== null) ports.push({ name: servicePort.name, port, protocol: servicePort.protocol });
  }
  return ports;
}

/**
 * A text that is the same for the same set of ports, in any order: slices are grouped by it.
 * Source: staging/src/k8s.io/endpointslice/util/controller_utils.go NewPortMapKey
 */
export function portMapKey(ports: readonly SlicePort[]): string {
  return ports
    .map(({ name, port, protocol }) => `${name}/${protocol}/${port}`)
    .sort()
    .join(',');
}
