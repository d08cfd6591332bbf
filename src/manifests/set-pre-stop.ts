import type { ManifestInput } from './documents.ts';
import { copyPlain } from './limits.ts';
import { podSpecPath } from './pod-spec-path.ts';
import { type Edit, editYamlOnce, type Path, type PlainMap, type ReadableObject } from './yaml-edit.ts';

/** One container of one workload, as the manifests name it. */
export interface ContainerAddress {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

/** The hook that a container is to have; null: none. */
export interface NewHook {
  readonly address: ContainerAddress;
  readonly preStop: PlainMap | null;
}

/** The same manifests with other hooks. Text stays text, and nothing else of it changes; parsed objects are copied. */
export function setPreStop(input: ManifestInput, hooks: readonly NewHook[]): ManifestInput {
  const one = (part: string | object): string | object =>
    hooks.reduce((changed, { address, preStop }) => {
      const choose = (object: ReadableObject) => editFor(object, address, preStop);
      if (typeof changed === 'string') return editYamlOnce(changed, choose) ?? changed;
      return editObject(changed, choose);
    }, part);
  return Array.isArray(input)
    ? input.map((part) => one(part as string | object))
    : one(input as string | object);
}

/** What has to be done to an object so that the container has the hook; null where it is not the one meant, or has it not to lose. */
function editFor(object: ReadableObject, address: ContainerAddress, preStop: PlainMap | null): Edit | null {
  const { kind, namespace, name, container } = address;
  if (object.get(['kind']) !== kind || object.get(['metadata', 'name']) !== name) return null;
  if ((object.get(['metadata', 'namespace']) ?? 'default') !== namespace) return null;
  const spec = podSpecPath(kind);
  for (const list of ['containers', 'initContainers']) {
    const containers = object.get([...spec, list]);
    if (!Array.isArray(containers)) continue;
    const index = containers.findIndex(
      (each: { readonly name?: unknown } | null) => each?.name === container,
    );
    if (index >= 0) return editOfContainer(object, [...spec, list, index], preStop);
  }
  return null;
}

function editOfContainer(object: ReadableObject, container: Path, preStop: PlainMap | null): Edit | null {
  const path = [...container, 'lifecycle'];
  const lifecycle = object.get(path);
  const members = typeof lifecycle === 'object' && lifecycle !== null ? Object.keys(lifecycle) : [];
  if (preStop !== null) {
    return members.length === 0
      ? { path, value: { preStop } }
      : { path: [...path, 'preStop'], value: preStop };
  }
  if (!members.includes('preStop')) return null;
  // An empty `lifecycle` goes with its last member.
  return { path: members.length === 1 ? path : [...path, 'preStop'], value: null };
}

function editObject(input: object, choose: (object: ReadableObject) => Edit | null): object {
  const copy = copyPlain(input);
  if (!copy.ok || typeof copy.value !== 'object' || copy.value === null) return input;
  const root = copy.value;
  const { items } = root as { readonly items?: unknown };
  const objects = Array.isArray(items)
    ? (items as unknown[]).map((object, index) => ({ object, at: ['items', index] as Path }))
    : [{ object: root as unknown, at: [] as Path }];
  for (const { object, at } of objects) {
    const edit = choose({ get: (path) => valueAt(object, path) });
    if (edit !== null) return withValueAt(root, [...at, ...edit.path], edit.value) as object;
  }
  return root;
}

/** The same with another value at a path that exists but for its end; null takes the member away. */
function withValueAt(root: unknown, [key, ...rest]: Path, value: Edit['value']): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root)) {
    return root.map((item: unknown, index) => (index === key ? withValueAt(item, rest, value) : item));
  }
  const members = Object.entries(root ?? {});
  const isNew = value !== null && !members.some(([name]) => name === key);
  return Object.fromEntries([
    ...members
      .filter(([name]) => name !== key || rest.length > 0 || value !== null)
      .map(([name, item]) => [name, name === key ? withValueAt(item, rest, value) : item]),
    ...(isNew ? [[String(key), value]] : []),
  ]);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string | number, unknown>)[part]
        : undefined,
    root,
  );
}
