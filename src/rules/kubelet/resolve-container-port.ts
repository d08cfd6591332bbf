/** A container's ports by name, as hooks and probes refer to them. */
export interface NamedContainerPort {
  readonly name: string;
  readonly containerPort: number;
}

/**
 * The port number that a hook's or probe's `port` means: a number as it is, a text first as the name of one of the
 * container's ports, then as a number. Null where it is neither or lies outside 1 … 65535.
 *
 * Source: pkg/probe/util.go ResolveContainerPort
 */
export function resolveContainerPort(
  port: number | string,
  containerPorts: readonly NamedContainerPort[],
): number | null {
  const number = typeof port === 'number' ? port : namedOrNumeric(port, containerPorts);
  return number !== null && number > 0 && number < 65536 ? number : null;
}

function namedOrNumeric(port: string, containerPorts: readonly NamedContainerPort[]): number | null {
  const named = containerPorts.find(({ name }) => name === port);
  if (named !== undefined) return named.containerPort;
  return /^[+-]?\d+$/.test(port) ? Number(port) : null;
}
