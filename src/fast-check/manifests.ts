import { type Arbitrary, constantFrom, record } from 'fast-check';
import { wrongArgument } from '../scenario/options.ts';
import { type Range, within } from './range.ts';

/** What manifests that are drawn may be like. */
export interface ManifestsConstraints {
  /** 1 to 5 by default. */
  readonly replicas?: Range;
  /** Length of the preStop hook; 0 is none. 0 to 30 by default. */
  readonly preStopSeconds?: Range;
  /** How much of terminationGracePeriodSeconds is left after the hook. 2 to 60 by default. */
  readonly remainingSeconds?: Range;
  /** Kinds of hooks: the native sleep (Kubernetes 1.30 and newer), a `sleep` command, or both, which is the default. */
  readonly handlers?: readonly ('sleep' | 'exec')[];
  /** periodSeconds of the readiness probe; 0 is no probe. 0 to 10 by default. */
  readonly readinessPeriodSeconds?: Range;
}

interface Drawn {
  readonly replicas: number;
  readonly preStopSeconds: number;
  readonly remainingSeconds: number;
  readonly handler: 'sleep' | 'exec';
  readonly readinessPeriodSeconds: number;
}

/**
 * A Deployment `web` and its Service, as parsed objects that the API server admits: the grace period always holds the hook. Its first
 * Pod is `web-1-0`. Throws an OptionsError for a constraint that is none.
 */
export function manifestsArbitrary(constraints: ManifestsConstraints = {}): Arbitrary<readonly object[]> {
  const {
    replicas = [1, 5],
    preStopSeconds = [0, 30],
    remainingSeconds = [2, 60],
    handlers = ['sleep', 'exec'],
    readinessPeriodSeconds = [0, 10],
  } = constraints;
  if (handlers.length === 0)
    throw wrongArgument(
      'manifestsArbitrary',
      ['handlers'],
      'handlers is empty.',
      handlers,
      'Name "sleep", "exec" or both.',
    );
  return record<Drawn>({
    replicas: within('manifestsArbitrary', 'replicas', replicas),
    preStopSeconds: within('manifestsArbitrary', 'preStopSeconds', preStopSeconds),
    remainingSeconds: within('manifestsArbitrary', 'remainingSeconds', remainingSeconds),
    handler: constantFrom(...handlers),
    readinessPeriodSeconds: within('manifestsArbitrary', 'readinessPeriodSeconds', readinessPeriodSeconds),
  }).map((drawn) => [deploymentOf(drawn), SERVICE]);
}

const LABELS = { app: 'web' };

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] },
};

function deploymentOf(drawn: Drawn): object {
  const { replicas, preStopSeconds, remainingSeconds } = drawn;
  const spec = {
    terminationGracePeriodSeconds: preStopSeconds + remainingSeconds,
    containers: [containerOf(drawn)],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec } },
  };
}

function containerOf({
  preStopSeconds: seconds,
  handler,
  readinessPeriodSeconds: periodSeconds,
}: Drawn): object {
  const preStop =
    handler === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
  return {
    name: 'web',
    image: 'registry.example/web:1',
    ports: [{ containerPort: 8080 }],
    ...(periodSeconds === 0 ? {} : { readinessProbe: { httpGet: { port: 8080, path: '/' }, periodSeconds } }),
    ...(seconds === 0 ? {} : { lifecycle: { preStop } }),
  };
}
