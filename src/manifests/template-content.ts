import { isPlain } from './decode.ts';

/** What a Pod template says, in one form for all ways to write it: by this two templates are compared. */

type Value = unknown;

/** What the API server fills in where nothing is said; the same whether it is written or left out. */
const DEFAULTS: Readonly<Record<string, Value>> = {
  dnsPolicy: 'ClusterFirst',
  failureThreshold: 3,
  hostNetwork: false,
  initialDelaySeconds: 0,
  periodSeconds: 10,
  protocol: 'TCP',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  scheme: 'HTTP',
  successThreshold: 1,
  terminationGracePeriodSeconds: 30,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  timeoutSeconds: 1,
};

/** Maps of the user's own keys, in which no key has a default. */
const OWN_KEYS: readonly string[] = ['labels', 'annotations', 'nodeSelector', 'matchLabels'];

const HASH_LABEL = 'pod-template-hash';

/** All of a template but the images of its containers, and but the label that the Deployment controller adds. */
export function templateContent(template: Value): string {
  return JSON.stringify(canonical(template, [])) ?? '';
}

function canonical(value: Value, path: readonly string[]): Value {
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => canonical(item, [...path, '']));
    return items.length === 0 ? undefined : items;
  }
  if (!isPlain(value)) return value ?? undefined;
  const own = OWN_KEYS.includes(path.at(-1) ?? '');
  const kept = Object.entries(value)
    .filter(([key, member]) => !(own ? key === HASH_LABEL : member === DEFAULTS[key] || isImage(key, path)))
    .map(([key, member]) => [key, canonical(member, [...path, key])] as const)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function isImage(key: string, path: readonly string[]): boolean {
  return key === 'image' && path.length === 3 && ['containers', 'initContainers'].includes(path[1]!);
}
