import { readyOnly } from './select-endpoints.ts';

/** Which servers ingress-nginx puts into an upstream. */

export interface NginxService {
  readonly type?: string | undefined;
  readonly externalName?: string | undefined;
}

/** The Service port that an Ingress names; `targetPort` is a number or the name of a container port. */
export interface NginxServicePort {
  readonly name: string;
  readonly targetPort: number | string;
}

/** What of a slice ingress-nginx reads. */
export interface NginxSlice {
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly ready: boolean | null;
    readonly zoneHints: readonly string[];
  }[];
}

/** A server of an upstream. */
export interface NginxServer {
  readonly address: string;
  readonly port: string;
}

/** ASCII letters, digits, "-" and "." as a DNS name has them; at most 253 characters. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

function isIP(text: string): boolean {
  return IPV4.test(text) || (text.includes(':') && /^[0-9a-f:.]+$/i.test(text));
}

function isLoopback(text: string): boolean {
  return text === '::1' || (IPV4.test(text) && text.startsWith('127.'));
}

/** As Go's intstr reads a port: what is no number is 0. */
function portNumber(port: number | string): number {
  return typeof port === 'number' ? port : /^\d+$/.test(port) ? Number(port) : 0;
}

function externalServer(service: NginxService, port: NginxServicePort): readonly NginxServer[] {
  const name = service.externalName ?? '';
  if (name === 'localhost' || isLoopback(name)) return [];
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (!isIP(name) && (bare.length > 253 || !SUBDOMAIN.test(bare))) return [];
  return [{ address: name, port: String(portNumber(port.targetPort)) }];
}

function targetPorts(slice: NginxSlice, port: NginxServicePort, protocol: string): readonly number[] {
  const number = typeof port.targetPort === 'number' ? port.targetPort : 0;
  if (slice.ports.length === 0 && number !== 0) return [number];
  return slice.ports
    .filter((each) => each.protocol === protocol)
    .map((each) => (port.name === '' || port.name === each.name ? each.port : number))
    .filter((each) => each !== 0);
}

/**
 * The servers of an upstream: ready endpoints, those of the controller's own zone where all have hints and some are meant for it.
 * `slices: null`: they could not be read. An empty list answers 503.
 * Source: ingress-nginx internal/ingress/controller/endpointslices.go getEndpointsFromSlices
 */
export function getEndpointsFromSlices(
  service: NginxService | null,
  port: NginxServicePort | null,
  protocol: string,
  zoneForHints: string,
  slices: readonly NginxSlice[] | null,
): readonly NginxServer[] {
  if (service === null || port === null) return [];
  if (service.type === 'ExternalName') return externalServer(service, port);
  const servers = new Map<string, NginxServer>();
  for (const slice of slices ?? []) {
    const ports = targetPorts(slice, port, protocol);
    const hints = slice.endpoints.map(({ zoneHints }) => zoneHints);
    const byZone =
      zoneForHints !== '' &&
      hints.every((zones) => zones.length > 0) &&
      hints.some((zones) => zones.includes(zoneForHints));
    for (const { addresses, ready, zoneHints } of slice.endpoints) {
      if (!readyOnly({ ready, serving: null, terminating: null })) continue;
      if (byZone && !zoneHints.includes(zoneForHints)) continue;
      for (const number of ports) {
        for (const address of addresses) {
          const key = `${address}:${number}`;
          if (!servers.has(key)) servers.set(key, { address, port: String(number) });
        }
      }
    }
  }
  return [...servers.values()];
}
