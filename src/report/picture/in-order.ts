/** By characters, and by numbers in them as numbers: the same everywhere, whatever the language of the machine is. */
export function inOrder(a: string, b: string): number {
  const parts = (name: string) =>
    name.split(/(\d+)/).map((part) => (/^\d+$/.test(part) ? part.padStart(12, '0') : part));
  const left = parts(a).join('');
  const right = parts(b).join('');
  return left === right ? 0 : left < right ? -1 : 1;
}
