import { KNATIVE_GROUP, knativeRevision, QUEUE_PROXY } from '../cluster/knative-revision.ts';
import type { Entry } from './documents.ts';

/** A Service of Knative as the Deployment and the Service that Knative makes of it: its Pods are what is stopped. */

type Fields = Readonly<Record<string, unknown>>;

const QUEUE_PORT = 8012;
/** The user container's hook asks the queue-proxy here, and waits until that has drained. */
const ADMIN_PORT = 8022;
const DEFAULT_TIMEOUT_SECONDS = 300;
const MIN_SCALE = ['autoscaling.knative.dev/min-scale', 'autoscaling.knative.dev/minScale'];

function fieldsOf(value: unknown, ...path: readonly string[]): Fields {
  let current = value;
  for (const key of path) current = isFields(current) ? current[key] : undefined;
  return isFields(current) ? current : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isKnativeService(value: unknown): boolean {
  const { kind, apiVersion } = fieldsOf(value);
  return kind === 'Service' && typeof apiVersion === 'string' && apiVersion.startsWith(`${KNATIVE_GROUP}/`);
}

/**
 * What Knative makes of a Service of its own; nothing where it has no containers.
 * Source: knative/serving pkg/reconciler/revision/resources/deploy.go MakeDeployment, makeContainer; pkg/reconciler/serverlessservice/resources
 */
export function madeByKnative(entry: Entry): readonly Entry[] {
  const { name, namespace } = fieldsOf(entry.value, 'metadata');
  const template = fieldsOf(entry.value, 'spec', 'template');
  const { containers, timeoutSeconds, containerConcurrency: _, ...spec } = fieldsOf(template, 'spec');
  if (!Array.isArray(containers) || containers.length === 0 || typeof name !== 'string') return [];
  const { name: named, labels, annotations } = fieldsOf(template, 'metadata');
  const made = knativeRevision(name, typeof named === 'string' ? named : undefined);
  const own = typeof namespace === 'string' ? { namespace } : {};
  const selector = { 'serving.knative.dev/revision': made.revision };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: made.deployment, ...own },
    spec: {
      replicas: replicasOf(fieldsOf(annotations)),
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...fieldsOf(labels), ...selector },
          annotations: fieldsOf(annotations),
        },
        spec: {
          ...spec,
          terminationGracePeriodSeconds: timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
          containers: [...containers.map(userContainer), queueProxy()],
        },
      },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: made.service, ...own },
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: QUEUE_PORT }] },
  };
  // Whatever is wrong with them is wrong with the object that they are made of.
  return [deployment, service].map((value) => ({ ...entry, value, placeOf: () => entry.placeOf([]) }));
}

/** At least one is there when it is stopped. */
function replicasOf(annotations: Fields): number {
  const said = MIN_SCALE.map((key) => Number(annotations[key])).find((scale) => Number.isInteger(scale));
  return Math.max(1, said ?? 1);
}

/** The queue-proxy asks whether it is ready. */
function userContainer(container: unknown, index: number): unknown {
  if (!isFields(container)) return container;
  const { readinessProbe: _, ...others } = container;
  const name = index === 0 ? 'user-container' : `user-container-${index}`;
  const preStop = { httpGet: { port: ADMIN_PORT, path: '/wait-for-drain' } };
  return { name, ...others, lifecycle: { preStop } };
}

function queueProxy(): unknown {
  return {
    name: QUEUE_PROXY,
    image: QUEUE_PROXY,
    ports: [{ name: 'queue-port', containerPort: QUEUE_PORT }],
    readinessProbe: { httpGet: { port: QUEUE_PORT } },
  };
}
