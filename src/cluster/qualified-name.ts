/** A name as users write it: with its namespace outside `default`. */
export function qualifiedName(namespace: string, name: string): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}
