import { podSpecPath } from './pod-spec-path.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

/** Where a container's preStop stands in a text. */
export interface PreStopPlace {
  readonly kind: string;
  readonly namespace: string;
  /** Of the workload. */
  readonly name: string;
  readonly container: string;
  /** Whether the container has a preStop; where it has none, the place is the container's. */
  readonly hasPreStop: boolean;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

type Path = readonly (string | number)[];

/** The place of the preStop of every container of every Pod, Deployment and ReplicaSet in a YAML or JSON text. Never throws. */
export function placesOfPreStop(text: string): readonly PreStopPlace[] {
  return parseYaml(text).documents.flatMap((document) =>
    objectPaths(document.value, []).flatMap((path) => placesInObject(document, path)),
  );
}

/** A List holds its objects under `items`. */
function objectPaths(value: unknown, path: Path): readonly Path[] {
  const items = member(value, 'items');
  if (member(value, 'kind') !== 'List' || !Array.isArray(items)) return [path];
  return items.flatMap((item: unknown, index) => objectPaths(item, [...path, 'items', index]));
}

function placesInObject(document: YamlDocument, path: Path): readonly PreStopPlace[] {
  const object = valueAt(document.value, path);
  const kind = member(object, 'kind');
  const name = member(member(object, 'metadata'), 'name');
  if (typeof kind !== 'string' || typeof name !== 'string') return [];
  const namespace = member(member(object, 'metadata'), 'namespace') ?? 'default';
  const spec: Path = [...path, ...podSpecPath(kind)];
  return ['containers', 'initContainers'].flatMap((list) => {
    const containers = valueAt(document.value, [...spec, list]);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((value: unknown, index): PreStopPlace[] => {
      const container = member(value, 'name');
      const at = [...spec, list, index];
      const own = document.placeOfKey([...at, 'lifecycle', 'preStop']);
      const place = own ?? document.placeOf(at);
      if (typeof container !== 'string' || place === undefined) return [];
      return [
        { kind, namespace: String(namespace), name, container, hasPreStop: own !== undefined, ...place },
      ];
    });
  });
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, part) => member(at, part), root);
}

function member(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
