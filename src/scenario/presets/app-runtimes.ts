import type { AppPreset } from './app-preset.ts';

/** Programs in a language's runtime, and its application servers, at the stop signal. */
export const RUNTIMES = {
  /** A Go server that calls Server.Shutdown at SIGTERM: closes its listeners, then idle connections, and waits for active requests. */
  goHttpShutdown: {
    settings: { onStopSignal: 'drain' },
    confidence: 'published',
    sources: ['Go net/http server.go Server.Shutdown'],
  },
  /** A Go program without a handler: the runtime ends it at the signal, as PID 1 with code 2. */
  goWithoutHandler: {
    settings: { onStopSignal: 'exit', exitCode: 2 },
    confidence: 'published',
    sources: ['Go runtime/signal_unix.go dieFromSignal'],
  },
  /** A gRPC server in Go that calls GracefulStop at SIGTERM: GOAWAY on every connection, then it waits for running calls. */
  grpcGracefulStop: {
    settings: { onStopSignal: 'drain', sendGoAway: true },
    confidence: 'published',
    sources: ['grpc-go server.go Server.GracefulStop'],
  },
  /** Node.js without a SIGTERM listener as PID 1: it lives until SIGKILL. */
  nodeWithoutHandler: {
    settings: { onStopSignal: 'ignore', keepAliveTimeout: '5s' },
    confidence: 'published',
    sources: ['nodejs/docker-node BestPractices: Handling Kernel Signals'],
  },
  /** Node.js from 19 on that calls server.close() at SIGTERM: idle kept connections are closed at once, which races the next request. */
  nodeHttpClose: {
    settings: { onStopSignal: 'drain', sendConnectionClose: false, keepAliveTimeout: '5s' },
    confidence: 'published',
    sources: [
      'Node.js http documentation, server.close: closes idle connections since 19',
      'nodejs/node issue 60617',
    ],
  },
  /** Node.js before 19 that calls server.close() at SIGTERM: idle kept connections stay until keepAliveTimeout, and keep it alive. */
  nodeHttpCloseBefore19: {
    settings: {
      onStopSignal: 'drain',
      drain: '5s',
      closeIdleKeepAlive: false,
      sendConnectionClose: false,
      keepAliveTimeout: '5s',
    },
    confidence: 'published',
    sources: ['Node.js http documentation, server.close and server.keepAliveTimeout, default 5 s'],
  },
  /** A JVM whose server has no graceful shutdown: its hooks run and it exits with 143. */
  jvm: {
    settings: { onStopSignal: 'exit', exitCode: 143 },
    confidence: 'published',
    sources: ['java.lang.Runtime documentation, shutdown sequence'],
  },
  /** Spring Boot with graceful shutdown (the default from 3.4): stops accepting, then up to 30 s for what is in flight. */
  springBoot: {
    settings: { onStopSignal: 'drain', maxDrain: '30s', exitCode: 143 },
    confidence: 'published',
    sources: [
      'Spring Boot reference, Graceful Shutdown',
      'spring.lifecycle.timeout-per-shutdown-phase, default 30s',
    ],
  },
  /** Spring Boot before 3.4 without server.shutdown=graceful: requests in flight are cut. */
  springBootBefore34: {
    settings: { onStopSignal: 'exit', exitCode: 143 },
    confidence: 'published',
    sources: ['Spring Boot 3.3 reference, Graceful Shutdown: immediate by default'],
  },
  /** gunicorn: closes its listeners, asks its workers to finish, kills them after graceful_timeout. */
  gunicorn: {
    settings: { onStopSignal: 'drain', maxDrain: '30s', keepAliveTimeout: '2s' },
    confidence: 'published',
    sources: ['gunicorn/arbiter.py stop', 'gunicorn/config.py graceful_timeout 30, keepalive 2'],
  },
  /** uvicorn: closes its listeners, asks connections to finish, and waits for them without a limit. */
  uvicorn: {
    settings: { onStopSignal: 'drain', keepAliveTimeout: '5s' },
    confidence: 'published',
    sources: [
      'uvicorn/server.py shutdown',
      'uvicorn settings: timeout_graceful_shutdown none, timeout_keep_alive 5',
    ],
  },
  /** A Python script without a handler as PID 1: it lives until SIGKILL. */
  pythonWithoutHandler: {
    settings: { onStopSignal: 'ignore' },
    confidence: 'published',
    sources: ['pid_namespaces(7): PID 1 gets only signals it has a handler for'],
  },
  /** Puma, single mode: stops accepting, finishes what is in flight without a limit, and exits with 143. */
  puma: {
    settings: { onStopSignal: 'drain', exitCode: 143 },
    confidence: 'published',
    sources: ['puma docs/signals.md', 'puma configuration.rb force_shutdown_after: forever'],
  },
  /** Puma, cluster mode: workers have 30 s for what is in flight. */
  pumaCluster: {
    settings: { onStopSignal: 'drain', maxDrain: '30s', exitCode: 143 },
    confidence: 'published',
    sources: ['puma docs/signals.md', 'puma configuration.rb worker_shutdown_timeout 30'],
  },
  /** The .NET generic host from .NET 6 on: hosted services have 30 s to stop (5 s before). */
  dotnetHost: {
    settings: { onStopSignal: 'drain', maxDrain: '30s' },
    confidence: 'estimate',
    sources: ['.NET HostOptions.ShutdownTimeout, default 30 s'],
  },
} as const satisfies Readonly<Record<string, AppPreset>>;
