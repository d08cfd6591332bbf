/** Manifests for tests, as objects: short to write, and close to the YAML that a user would have. */

export type Hook =
  | { readonly sleep: { readonly seconds: number } }
  | { readonly exec: { readonly command: readonly string[] } }
  | { readonly httpGet: { readonly port: number | string; readonly path?: string } }
  | { readonly tcpSocket: { readonly port: number } };

export const sleeps = (seconds: number): Hook => ({ sleep: { seconds } });
export const execSleeps = (seconds: number): Hook => ({ exec: { command: ['sleep', String(seconds)] } });
/** A command whose duration only `apps.<container>.preStop.duration` can say. */
export const execScript: Hook = { exec: { command: ['/bin/drain.sh'] } };
export const httpGets: Hook = { httpGet: { port: 8080, path: '/drain' } };

export interface ContainerOptions {
  readonly name?: string;
  readonly preStop?: Hook | undefined;
  readonly port?: number | null;
  readonly readinessProbe?: Readonly<Record<string, unknown>> | undefined;
}

export function container({ name = 'web', preStop, port = 8080, readinessProbe }: ContainerOptions = {}) {
  return {
    name,
    image: `registry.example/${name}:1`,
    ...(port === null ? {} : { ports: [{ containerPort: port }] }),
    ...(preStop === undefined ? {} : { lifecycle: { preStop } }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
  };
}

export interface PodOptions extends ContainerOptions {
  readonly terminationGracePeriodSeconds?: number | undefined;
  readonly containers?: readonly object[];
  readonly sidecars?: readonly object[];
  readonly restartPolicy?: string;
}

function podSpec(options: PodOptions) {
  const { terminationGracePeriodSeconds, containers, sidecars = [], restartPolicy } = options;
  return {
    ...(terminationGracePeriodSeconds === undefined ? {} : { terminationGracePeriodSeconds }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    ...(sidecars.length === 0
      ? {}
      : { initContainers: sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: 'Always' })) }),
    containers: containers ?? [container(options)],
  };
}

export interface DeploymentOptions extends PodOptions {
  readonly replicas?: number;
  readonly deployment?: string;
}

export function deployment(options: DeploymentOptions = {}) {
  const { replicas = 3, deployment: name = 'web' } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: podSpec(options) },
    },
  };
}

/** A Pod that nobody replaces. */
export function barePod(
  options: PodOptions & { readonly pod?: string; readonly finalizers?: string[] } = {},
) {
  const { pod: name = 'web', finalizers = [] } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'web' }, ...(finalizers.length === 0 ? {} : { finalizers }) },
    spec: podSpec(options),
  };
}

export function service(spec: Readonly<Record<string, unknown>> = {}, name = 'web', app = 'web') {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}
