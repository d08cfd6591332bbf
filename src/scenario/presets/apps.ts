import type { AppInput } from '../schema.ts';

/** What common processes do at the stop signal. Each takes overrides: how long its work in flight takes is yours to say. */
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
      onStopSignal: 'drain',
      sources: ['nginx/docker-nginx STOPSIGNAL SIGQUIT', 'nginx src/os/unix/ngx_process_cycle.c'],
    },
    overrides,
  );
}

/** A Go server that calls Server.Shutdown at SIGTERM: closes its listeners first, waits for active requests. */
export function goHttpShutdown(overrides: Overrides = {}): AppInput {
  return app(
    { name: 'goHttpShutdown', onStopSignal: 'drain', sources: ['Go net/http Server.Shutdown'] },
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
      sources: ['Go runtime/signal_unix.go dieFromSignal'],
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
      sources: ['nodejs/docker-node BestPractices: Handling Kernel Signals'],
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
      exitCode: 143,
      sources: ['Spring Boot reference, Graceful Shutdown'],
    },
    overrides,
  );
}

/** gunicorn: closes its listeners, asks its workers to finish. */
export function gunicorn(overrides: Overrides = {}): AppInput {
  return app({ name: 'gunicorn', onStopSignal: 'drain', sources: ['gunicorn/arbiter.py stop'] }, overrides);
}

/** Envoy without a drain request: its listeners close at the signal and it exits. */
export function envoy(overrides: Overrides = {}): AppInput {
  return app(
    { name: 'envoy', onStopSignal: 'exit', onPath: 'always', sources: ['Envoy documentation, Draining'] },
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
      sources: ['istio pkg/envoy/agent.go', 'mesh config terminationDrainDuration'],
    },
    overrides,
  );
}
