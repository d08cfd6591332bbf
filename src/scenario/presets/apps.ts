import type { AppInput } from '../schema.ts';

/**
 * What common processes do at the stop signal, and with the connections that clients keep. Each takes overrides: how long its work
 * in flight takes is yours to say (`drain`). The confidence says where a rule was read: `published` in the server's own source or
 * documentation, `estimate` in second-hand reports.
 */
type Overrides = Partial<AppInput>;

function app(base: AppInput, overrides: Overrides): AppInput {
  return { ...base, ...overrides };
}

/** Stops accepting at the stop signal, finishes what is in flight, exits 0: what an app that nobody describes is taken for. */
export function wellMade(overrides: Overrides = {}): AppInput {
  return app({ name: 'wellMade', onStopSignal: 'drain' }, overrides);
}

/** Exits at the stop signal, whatever is in flight. */
export function exitsAtOnce(overrides: Overrides = {}): AppInput {
  return app({ name: 'exitsAtOnce', onStopSignal: 'exit' }, overrides);
}

/** Goes on accepting for a while after the stop signal, and then drains. */
export function keepsAccepting(keepAccepting: string, overrides: Overrides = {}): AppInput {
  return app({ name: 'keepsAccepting', onStopSignal: 'drain', keepAccepting }, overrides);
}

/** `sh -c` as PID 1: the shell does not pass the signal on, so the app accepts until SIGKILL. */
export function shellAsPid1(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'shellAsPid1',
      onStopSignal: 'ignore',
      confidence: 'published',
      sources: [
        'pid_namespaces(7): PID 1 gets only signals it has a handler for',
        'Docker reference, shell form of CMD',
      ],
    },
    overrides,
  );
}

/** The official nginx image: its stop signal is SIGQUIT since November 2020, so workers stop accepting and finish. */
export function nginx(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nginx',
      stopSignal: 'SIGQUIT',
      onStopSignal: 'drain',
      keepAliveTimeout: '75s',
      confidence: 'published',
      sources: [
        'nginx/docker-nginx STOPSIGNAL SIGQUIT (3fb70dd)',
        'nginx src/os/unix/ngx_process_cycle.c',
        'nginx keepalive_timeout, default 75s',
      ],
    },
    overrides,
  );
}

/** nginx at SIGTERM (the binary by itself, and images before November 2020): a fast shutdown that cuts requests in flight. */
export function nginxAtSigterm(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nginxAtSigterm',
      stopSignal: 'SIGTERM',
      onStopSignal: 'exit',
      keepAliveTimeout: '75s',
      confidence: 'published',
      sources: ['nginx src/os/unix/ngx_process_cycle.c: workers are killed within about 1.6 s'],
    },
    overrides,
  );
}

/** The httpd and php:apache images: SIGWINCH is a graceful stop, by default without a limit. */
export function apacheHttpd(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'apacheHttpd',
      stopSignal: 'SIGWINCH',
      onStopSignal: 'drain',
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: [
        'httpd documentation, Stopping and Restarting: graceful-stop; GracefulShutdownTimeout, default 0',
        'docker-library/httpd STOPSIGNAL SIGWINCH',
        'httpd KeepAliveTimeout, default 5',
      ],
    },
    overrides,
  );
}

/** Apache httpd at SIGTERM: stops at once. */
export function apacheHttpdAtSigterm(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'apacheHttpdAtSigterm',
      stopSignal: 'SIGTERM',
      onStopSignal: 'exit',
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: ['httpd documentation, Stopping and Restarting: stop'],
    },
    overrides,
  );
}

/** The php:fpm image: SIGQUIT would be graceful, but the master does not wait for its children (process_control_timeout 0). */
export function phpFpm(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'phpFpm',
      stopSignal: 'SIGQUIT',
      onStopSignal: 'exit',
      confidence: 'estimate',
      sources: [
        'docker-library/php STOPSIGNAL SIGQUIT (e21810a)',
        'php-fpm.conf process_control_timeout, default 0',
      ],
    },
    overrides,
  );
}

/** HAProxy at SIGTERM: a hard stop. */
export function haproxy(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'haproxy',
      stopSignal: 'SIGTERM',
      onStopSignal: 'exit',
      confidence: 'estimate',
      sources: ['HAProxy management guide, Stopping and restarting: SIGTERM is a hard stop'],
    },
    overrides,
  );
}

/** HAProxy at SIGUSR1: a soft stop, without a limit unless hard-stop-after is set. */
export function haproxySoftStop(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'haproxySoftStop',
      stopSignal: 'SIGUSR1',
      onStopSignal: 'drain',
      confidence: 'estimate',
      sources: ['HAProxy management guide, Stopping and restarting: SIGUSR1 is a soft stop; hard-stop-after'],
    },
    overrides,
  );
}

/** Envoy without a drain request: its listeners close at the signal and it exits. */
export function envoy(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'envoy',
      onStopSignal: 'exit',
      onPath: 'always',
      confidence: 'published',
      sources: ['Envoy documentation, Draining'],
    },
    overrides,
  );
}

/** The istio-proxy sidecar: drains inbound listeners at the signal and exits after terminationDrainDuration, 5 s. */
export function istioProxy(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'istioProxy',
      onStopSignal: 'drain',
      drain: '5s',
      onPath: 'always',
      confidence: 'published',
      sources: ['istio pkg/envoy/agent.go', 'mesh config terminationDrainDuration'],
    },
    overrides,
  );
}

/** A Go server that calls Server.Shutdown at SIGTERM: closes its listeners, then idle connections, and waits for active requests. */
export function goHttpShutdown(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'goHttpShutdown',
      onStopSignal: 'drain',
      confidence: 'published',
      sources: ['Go net/http server.go Server.Shutdown'],
    },
    overrides,
  );
}

/** A Go program without a handler: the runtime ends it at the signal, as PID 1 with code 2. */
export function goWithoutHandler(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'goWithoutHandler',
      onStopSignal: 'exit',
      exitCode: 2,
      confidence: 'published',
      sources: ['Go runtime/signal_unix.go dieFromSignal'],
    },
    overrides,
  );
}

/** A gRPC server in Go that calls GracefulStop at SIGTERM: GOAWAY on every connection, then it waits for running calls. */
export function grpcGracefulStop(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'grpcGracefulStop',
      onStopSignal: 'drain',
      sendGoAway: true,
      confidence: 'published',
      sources: ['grpc-go server.go Server.GracefulStop'],
    },
    overrides,
  );
}

/** Node.js without a SIGTERM listener as PID 1: it lives until SIGKILL. */
export function nodeWithoutHandler(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nodeWithoutHandler',
      onStopSignal: 'ignore',
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: ['nodejs/docker-node BestPractices: Handling Kernel Signals'],
    },
    overrides,
  );
}

/** Node.js from 19 on that calls server.close() at SIGTERM: idle kept connections are closed at once, which races the next request. */
export function nodeHttpClose(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nodeHttpClose',
      onStopSignal: 'drain',
      sendConnectionClose: false,
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: [
        'Node.js http documentation, server.close: closes idle connections since 19',
        'nodejs/node issue 60617',
      ],
    },
    overrides,
  );
}

/** Node.js before 19 that calls server.close() at SIGTERM: idle kept connections stay until keepAliveTimeout, and keep it alive. */
export function nodeHttpCloseBefore19(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nodeHttpCloseBefore19',
      onStopSignal: 'drain',
      drain: '5s',
      closeIdleKeepAlive: false,
      sendConnectionClose: false,
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: ['Node.js http documentation, server.close and server.keepAliveTimeout, default 5 s'],
    },
    overrides,
  );
}

/** A JVM whose server has no graceful shutdown: its hooks run and it exits with 143. */
export function jvm(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'jvm',
      onStopSignal: 'exit',
      exitCode: 143,
      confidence: 'published',
      sources: ['java.lang.Runtime documentation, shutdown sequence'],
    },
    overrides,
  );
}

/** Spring Boot with graceful shutdown (the default from 3.4): stops accepting, then up to 30 s for what is in flight. */
export function springBoot(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'springBoot',
      onStopSignal: 'drain',
      maxDrain: '30s',
      exitCode: 143,
      confidence: 'published',
      sources: [
        'Spring Boot reference, Graceful Shutdown',
        'spring.lifecycle.timeout-per-shutdown-phase, default 30s',
      ],
    },
    overrides,
  );
}

/** Spring Boot before 3.4 without server.shutdown=graceful: requests in flight are cut. */
export function springBootBefore34(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'springBootBefore34',
      onStopSignal: 'exit',
      exitCode: 143,
      confidence: 'published',
      sources: ['Spring Boot 3.3 reference, Graceful Shutdown: immediate by default'],
    },
    overrides,
  );
}

/** gunicorn: closes its listeners, asks its workers to finish, kills them after graceful_timeout. */
export function gunicorn(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'gunicorn',
      onStopSignal: 'drain',
      maxDrain: '30s',
      keepAliveTimeout: '2s',
      confidence: 'published',
      sources: ['gunicorn/arbiter.py stop', 'gunicorn/config.py graceful_timeout 30, keepalive 2'],
    },
    overrides,
  );
}

/** uvicorn: closes its listeners, asks connections to finish, and waits for them without a limit. */
export function uvicorn(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'uvicorn',
      onStopSignal: 'drain',
      keepAliveTimeout: '5s',
      confidence: 'published',
      sources: [
        'uvicorn/server.py shutdown',
        'uvicorn settings: timeout_graceful_shutdown none, timeout_keep_alive 5',
      ],
    },
    overrides,
  );
}

/** A Python script without a handler as PID 1: it lives until SIGKILL. */
export function pythonWithoutHandler(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'pythonWithoutHandler',
      onStopSignal: 'ignore',
      confidence: 'published',
      sources: ['pid_namespaces(7): PID 1 gets only signals it has a handler for'],
    },
    overrides,
  );
}

/** Puma, single mode: stops accepting, finishes what is in flight without a limit, and exits with 143. */
export function puma(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'puma',
      onStopSignal: 'drain',
      exitCode: 143,
      confidence: 'published',
      sources: ['puma docs/signals.md', 'puma configuration.rb force_shutdown_after: forever'],
    },
    overrides,
  );
}

/** Puma, cluster mode: workers have 30 s for what is in flight. */
export function pumaCluster(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'pumaCluster',
      onStopSignal: 'drain',
      maxDrain: '30s',
      exitCode: 143,
      confidence: 'published',
      sources: ['puma docs/signals.md', 'puma configuration.rb worker_shutdown_timeout 30'],
    },
    overrides,
  );
}

/** The .NET generic host from .NET 6 on: hosted services have 30 s to stop (5 s before). */
export function dotnetHost(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'dotnetHost',
      onStopSignal: 'drain',
      maxDrain: '30s',
      confidence: 'estimate',
      sources: ['.NET HostOptions.ShutdownTimeout, default 30 s'],
    },
    overrides,
  );
}
