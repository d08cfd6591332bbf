import type { MinorVersion } from '../machinery/version.ts';
import { type NamedContainerPort, resolveContainerPort } from './resolve-container-port.ts';

/** A handler that sends a request, as a Pod's spec has it. */
export interface HTTPGetHandler {
  readonly scheme?: string;
  readonly host?: string;
  readonly port: number | string;
  readonly path?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

/** A request as the kubelet sends it. */
export interface HTTPGetRequest {
  readonly url: string;
  /** By canonical name (`Accept`, `User-Agent`), each with all of its values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** What a request is filled in from. */
export interface HTTPGetContext {
  /** Empty where the Pod has no address (yet). */
  readonly podIP: string;
  readonly containerPorts: readonly NamedContainerPort[];
  /** `1.30`: version of the kubelet as its User-Agent spells it. */
  readonly kubeletVersion: string;
  /** What the request is for: `lifecycle` of hooks, `probe`. */
  readonly purpose: 'lifecycle' | 'probe';
}

/** The request, or why there is none. */
export type HTTPGetRequestResult =
  | { readonly request: HTTPGetRequest }
  | { readonly error: 'noPodIP' | 'invalidPort' };

/**
 * The request that an httpGet hook or probe sends: host or else the Pod's IP, the resolved port, path with query and
 * fragment as they are, headers with defaults for Accept and User-Agent. An Accept header with an empty value is removed.
 * A port that cannot be resolved is an error; so is a Pod without an address where no host is given.
 *
 * Source: pkg/probe/http/request.go NewRequestForHTTPGetAction; pkg/kubelet/lifecycle/handlers.go runHTTPHandler
 */
export function httpGetRequest(handler: HTTPGetHandler, context: HTTPGetContext): HTTPGetRequestResult {
  const host = handler.host || context.podIP;
  if (host === '') return { error: 'noPodIP' };
  const port = resolveContainerPort(handler.port, context.containerPorts);
  if (port === null) return { error: 'invalidPort' };
  const scheme = (handler.scheme || 'http').toLowerCase();
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    request: {
      url: `${scheme}://${authority}${escapedPath(handler.path ?? '')}`,
      headers: requestHeaders(handler, context),
    },
  };
}

/**
 * A relative path gets its slash, as Go's URL prints it; bytes that no URL may hold are escaped. Half a character is U+FFFD, as Go
 * decodes it.
 */
function escapedPath(path: string): string {
  const whole = path.replace(/\p{Surrogate}/gu, '\ufffd');
  const rooted = whole === '' || /^[/?#]/.test(whole) ? whole : `/${whole}`;
  return rooted.replace(/[\s"<>\\^`{|}]|[^\p{ASCII}]/gu, (character) => encodeURIComponent(character));
}

function requestHeaders(handler: HTTPGetHandler, context: HTTPGetContext): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of handler.httpHeaders ?? []) {
    const key = canonicalHeaderName(name);
    headers[key] = [...(headers[key] ?? []), value];
  }
  headers['User-Agent'] ??= [`kube-${context.purpose}/${context.kubeletVersion}`];
  headers.Accept ??= ['*/*'];
  if (headers.Accept[0] === '') delete headers.Accept;
  return headers;
}

/** `x-forwarded-for` → `X-Forwarded-For`. */
function canonicalHeaderName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/**
 * Whether a transport error says that an HTTPS request met a server that speaks plain HTTP.
 *
 * Source: pkg/kubelet/lifecycle/handlers.go isHTTPResponseError
 */
export function isHTTPResponseError(transportError: string | null): boolean {
  return transportError?.includes('server gave HTTP response to HTTPS client') ?? false;
}

/**
 * The second try of a hook whose HTTPS request met a plain HTTP server: the same over HTTP, without its credentials.
 *
 * Source: pkg/kubelet/lifecycle/handlers.go runHTTPHandler
 */
export function httpFallbackRequest(request: HTTPGetRequest): HTTPGetRequest {
  const { Authorization: _, ...headers } = request.headers;
  return { url: request.url.replace(/^https:/, 'http:'), headers };
}

/**
 * Whether an httpGet probe's answer counts as a success: status 200 … 399. From 300 on it succeeds with a warning event.
 *
 * Source: pkg/probe/http/http.go DoHTTPProbe
 */
export function httpProbeResult(statusCode: number): 'Success' | 'Warning' | 'Failure' {
  if (statusCode < 200 || statusCode >= 400) return 'Failure';
  return statusCode >= 300 ? 'Warning' : 'Success';
}

/**
 * The User-Agent's version of a kubelet, `1.30` for minor 30.
 *
 * Source: pkg/probe/http/request.go userAgent
 */
export function kubeletUserAgentVersion(minor: MinorVersion): string {
  return `1.${minor}`;
}
