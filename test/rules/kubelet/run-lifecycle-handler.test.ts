import { describe, expect, it } from 'vitest';
import {
  type HTTPGetRequest,
  httpGetRequest,
  httpProbeResult,
  kubeletUserAgentVersion,
} from '../../../src/rules/kubelet/http-get-request.ts';
import { resolveContainerPort } from '../../../src/rules/kubelet/resolve-container-port.ts';
import {
  type LifecycleHandlerWorld,
  lifecycleHandlerKind,
  runLifecycleHandler,
  sleepHandlerSeconds,
} from '../../../src/rules/kubelet/run-lifecycle-handler.ts';

const ports = [
  { name: 'http', containerPort: 8080 },
  { name: '9', containerPort: 9090 },
];

describe('resolveContainerPort', () => {
  it.each([
    ['a number is itself', 80, 80],
    ['a name is looked up', 'http', 8080],
    ['a number in a text is a number', '8443', 8443],
    ['a name that looks like a number wins', '9', 9090],
    ['an unknown name is an error', 'admin', null],
    ['an empty text is an error', '', null],
    ['0 is out of range', 0, null],
    ['65536 is out of range', '65536', null],
  ] as const)('%s', (_, port, expected) => {
    expect(resolveContainerPort(port, ports)).toBe(expected);
  });
});

describe('httpGetRequest', () => {
  const context = {
    podIP: '10.0.0.7',
    containerPorts: ports,
    kubeletVersion: '1.30',
    purpose: 'lifecycle',
  } as const;

  it.each([
    ['the Pod’s IP where no host is given', { port: 80, path: '/drain' }, 'http://10.0.0.7:80/drain'],
    [
      'a slash before a relative path',
      { port: 80, path: 'drain?now=1#x' },
      'http://10.0.0.7:80/drain?now=1#x',
    ],
    ['brackets around IPv6', { port: 80, host: 'fd00::7', path: '/' }, 'http://[fd00::7]:80/'],
    ['a scheme in small letters', { port: 'http', scheme: 'HTTPS', path: '/' }, 'https://10.0.0.7:8080/'],
    ['an escaped blank', { port: 80, path: '/a b' }, 'http://10.0.0.7:80/a%20b'],
    ['half a character, as Go decodes it', { port: 80, path: '/a\ud800' }, 'http://10.0.0.7:80/a%EF%BF%BD'],
  ])('has %s', (_, handler, url) => {
    expect(httpGetRequest(handler, context)).toMatchObject({ request: { url } });
  });

  it('defaults two headers and lets the hook replace or remove them', () => {
    const headers = (httpHeaders: { name: string; value: string }[]) => {
      const result = httpGetRequest({ port: 80, httpHeaders }, context);
      return 'request' in result ? result.request.headers : result;
    };
    expect(headers([])).toEqual({ 'User-Agent': ['kube-lifecycle/1.30'], Accept: ['*/*'] });
    expect(
      headers([
        { name: 'accept', value: '' },
        { name: 'user-agent', value: 'me' },
        { name: 'x-a', value: '1' },
        { name: 'X-A', value: '2' },
      ]),
    ).toEqual({ 'User-Agent': ['me'], 'X-A': ['1', '2'] });
    expect(kubeletUserAgentVersion(30)).toBe('1.30');
  });

  it('fails without an address or a port', () => {
    expect(httpGetRequest({ port: 80 }, { ...context, podIP: '' })).toEqual({ error: 'noPodIP' });
    expect(httpGetRequest({ port: 'admin' }, context)).toEqual({ error: 'invalidPort' });
  });
});

describe('runLifecycleHandler', () => {
  const world = (more: Partial<LifecycleHandlerWorld> = {}): LifecycleHandlerWorld => ({
    podIP: '10.0.0.7',
    containerPorts: ports,
    kubeletVersion: '1.36',
    exec: () => null,
    http: () => null,
    contextEndsAfterSeconds: null,
    ...more,
  });

  it.each([
    ['exec before all others', { exec: { command: ['a'] }, sleep: { seconds: 1 } }, 36, 'exec'],
    ['sleep from 1.29', { sleep: { seconds: 1 } }, 29, 'sleep'],
    ['nothing it knows in a sleep before 1.29', { sleep: { seconds: 1 } }, 28, 'invalid'],
    ['nothing it can run in tcpSocket', { tcpSocket: {} }, 36, 'invalid'],
    ['nothing in an empty hook', {}, 36, 'invalid'],
  ] as const)('finds %s', (_, handler, minor, kind) => {
    expect(lifecycleHandlerKind(handler, minor)).toBe(kind);
    expect(runLifecycleHandler(handler, world(), minor).error).toBe(
      kind === 'invalid' ? 'invalid handler' : null,
    );
  });

  it.each([
    ['sleeps in 1.30', 30, 20],
    ['succeeds at once in 1.29, where the gate is off', 29, 0],
  ] as const)('%s', (_, minor, sleptSeconds) => {
    expect(sleepHandlerSeconds(20, minor)).toBe(sleptSeconds);
    expect(runLifecycleHandler({ sleep: { seconds: 20 } }, world(), minor)).toMatchObject({
      error: null,
      sleptSeconds,
    });
  });

  it('sleeps in 1.29 where the gate was turned on', () => {
    expect(sleepHandlerSeconds(20, 29, true)).toBe(20);
  });

  it('breaks a sleep off only when its context ends', () => {
    const cut = runLifecycleHandler({ sleep: { seconds: 20 } }, world({ contextEndsAfterSeconds: 3 }), 36);
    expect(cut.sleptSeconds).toBe(3);
    expect(cut.error).toMatch(/terminated before/);
  });

  it('tries plain HTTP, without credentials, where HTTPS met a plain server', () => {
    const seen: HTTPGetRequest[] = [];
    const http = (request: HTTPGetRequest) => {
      seen.push(request);
      return request.url.startsWith('https') ? 'http: server gave HTTP response to HTTPS client' : null;
    };
    const httpHeaders = [{ name: 'Authorization', value: 'secret' }];
    const handler = { httpGet: { scheme: 'HTTPS', port: 8443, path: '/drain', httpHeaders } };
    const run = runLifecycleHandler(handler, world({ http }), 36);
    expect(run).toMatchObject({ error: null, event: 'LifecycleHTTPFallback' });
    expect(seen.map(({ url }) => url)).toEqual(['https://10.0.0.7:8443/drain', 'http://10.0.0.7:8443/drain']);
    expect(seen.map(({ headers }) => headers.Authorization)).toEqual([['secret'], undefined]);
  });

  it('does not fall back after any other error', () => {
    const run = runLifecycleHandler(
      { httpGet: { port: 80 } },
      world({ http: () => 'connection refused' }),
      36,
    );
    expect(run).toMatchObject({ error: 'connection refused', event: null });
    expect(run.requests).toHaveLength(1);
  });
});

describe('httpProbeResult', () => {
  it.each([
    [200, 'Success'],
    [302, 'Warning'],
    [399, 'Warning'],
    [400, 'Failure'],
    [503, 'Failure'],
    [199, 'Failure'],
  ] as const)('%i is a %s', (status, expected) => {
    expect(httpProbeResult(status)).toBe(expected);
  });
});
