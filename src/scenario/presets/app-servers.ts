import type { AppInput } from '../schema.ts';
import { app, type Overrides } from './app.ts';

/** Web servers and proxies at the stop signal. */

/**
 * The official nginx image: its stop signal is SIGQUIT since November 2020 (commit 3fb70dd), so workers stop accepting and finish.
 * keepalive_timeout is 75 s by default.
 */
export function nginx(overrides: Overrides = {}): AppInput {
  return app(
    {
      name: 'nginx',
      stopSignal: 'SIGQUIT',
      onStopSignal: 'drain',
      keepAliveTimeout: '75s',
      confidence: 'published',
      sources: ['nginx/docker-nginx STOPSIGNAL SIGQUIT', 'nginx src/os/unix/ngx_process_cycle.c'],
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
