/** Freezes a value and all that it holds; what is frozen already is taken to be so throughout. Depth costs no stack. */
export function deepFreeze<T>(root: T): T {
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) continue;
    // A view of a buffer cannot be frozen.
    if (ArrayBuffer.isView(value)) continue;
    Object.freeze(value);
    for (const item of Object.values(value))
      if (typeof item === 'object' && item !== null) waiting.push(item);
  }
  return root;
}
