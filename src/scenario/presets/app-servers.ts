import type { AppPreset } from './app-preset.ts';

/** Web servers and proxies at the stop signal. */
export const SERVERS = {
  /**
   * The official nginx image: its stop signal is SIGQUIT since November 2020 (commit 3fb70dd), so workers stop accepting and finish.
   * keepalive_timeout is 75 s by default.
   */
  nginx: {
    settings: { stopSignal: 'SIGQUIT', onStopSignal: 'drain', keepAliveTimeout: '75s' },
    confidence: 'published',
    sources: ['nginx/docker-nginx STOPSIGNAL SIGQUIT', 'nginx src/os/unix/ngx_process_cycle.c'],
  },
  /** nginx at SIGTERM (the binary by itself, and images before November 2020): a fast shutdown that cuts requests in flight. */
  nginxAtSigterm: {
    settings: { stopSignal: 'SIGTERM', onStopSignal: 'exit', keepAliveTimeout: '75s' },
    confidence: 'published',
    sources: ['nginx src/os/unix/ngx_process_cycle.c: workers are killed within about 1.6 s'],
  },
  /** The httpd and php:apache images: SIGWINCH is a graceful stop, by default without a limit. */
  apacheHttpd: {
    settings: { stopSignal: 'SIGWINCH', onStopSignal: 'drain', keepAliveTimeout: '5s' },
    confidence: 'published',
    sources: [
      'httpd documentation, Stopping and Restarting: graceful-stop; GracefulShutdownTimeout, default 0',
      'docker-library/httpd STOPSIGNAL SIGWINCH',
      'httpd KeepAliveTimeout, default 5',
    ],
  },
  /** Apache httpd at SIGTERM: stops at once. */
  apacheHttpdAtSigterm: {
    settings: { stopSignal: 'SIGTERM', onStopSignal: 'exit', keepAliveTimeout: '5s' },
    confidence: 'published',
    sources: ['httpd documentation, Stopping and Restarting: stop'],
  },
  /** The php:fpm image: SIGQUIT would be graceful, but the master does not wait for its children (process_control_timeout 0). */
  phpFpm: {
    settings: { stopSignal: 'SIGQUIT', onStopSignal: 'exit', onPath: 'always' },
    confidence: 'estimate',
    sources: [
      'docker-library/php STOPSIGNAL SIGQUIT (e21810a)',
      'php-fpm.conf process_control_timeout, default 0',
    ],
  },
  /** HAProxy at SIGTERM: a hard stop. */
  haproxy: {
    settings: { stopSignal: 'SIGTERM', onStopSignal: 'exit' },
    confidence: 'estimate',
    sources: ['HAProxy management guide, Stopping and restarting: SIGTERM is a hard stop'],
  },
  /** HAProxy at SIGUSR1: a soft stop, without a limit unless hard-stop-after is set. */
  haproxySoftStop: {
    settings: { stopSignal: 'SIGUSR1', onStopSignal: 'drain' },
    confidence: 'estimate',
    sources: ['HAProxy management guide, Stopping and restarting: SIGUSR1 is a soft stop; hard-stop-after'],
  },
  /** Envoy without a drain request: its listeners close at the signal and it exits. */
  envoy: {
    settings: { onStopSignal: 'exit', onPath: 'always' },
    confidence: 'published',
    sources: ['Envoy documentation, Draining'],
  },
} as const satisfies Readonly<Record<string, AppPreset>>;
