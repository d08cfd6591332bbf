import { DELAY_SITES, defineScenario, type Scenario, type ScenarioInput } from '../../src/index.ts';

/** Scenarios that the report tests print. */

export interface WebOptions {
  readonly replicas?: number;
  readonly grace?: number;
  readonly lifecycle?: object;
  readonly probe?: boolean;
  readonly services?: readonly string[];
  readonly service?: object;
  readonly containers?: readonly object[];
}

/** A Deployment `web` and Services that select it. */
export function web(options: WebOptions = {}): object[] {
  const { replicas = 3, grace = 30, lifecycle, services = ['web'], service = {}, containers = [] } = options;
  const labels = { app: 'web' };
  const readinessProbe =
    options.probe === false ? {} : { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 1 } };
  const container = { name: 'web', image: 'web', ports: [{ containerPort: 8080 }], ...readinessProbe };
  const template = {
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: grace,
      containers: [{ ...container, ...(lifecycle === undefined ? {} : { lifecycle }) }, ...containers],
    },
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
  const listed = services.map((name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }], ...service },
  }));
  return [deployment, ...listed];
}

/** A Pod without a controller, the only endpoint of its Service. */
export function barePod(options: WebOptions = {}): object[] {
  const [deployment, service] = web(options);
  const { template } = (deployment as { spec: { template: { metadata: object; spec: object } } }).spec;
  const metadata = { name: 'web', ...template.metadata };
  return [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec }, service!];
}

export const sleep = (seconds: number) => ({ preStop: { sleep: { seconds } } });
export const execSleep = (seconds: number) => ({
  preStop: { exec: { command: ['sleep', String(seconds)] } },
});

/** One Pod of `web` is deleted at 0 s. */
export function deletion(
  input: Partial<ScenarioInput> & { readonly manifests: ScenarioInput['manifests'] },
): Scenario {
  return defineScenario({
    cluster: { version: '1.36' },
    actions: [{ type: 'deletePod', pod: 'web-1-0' }],
    ...input,
  });
}

/** Round numbers: everything takes 10 ms, but for what a test says. Phases are still drawn. */
export function roundDelays(own: ScenarioInput['delays'] = {}): NonNullable<ScenarioInput['delays']> {
  return {
    ...Object.fromEntries(DELAY_SITES.map((site) => [site, '10ms'])),
    'kubelet.startPod': '500ms',
    ...own,
  };
}
