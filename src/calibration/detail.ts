/** What stands in the details of a recording's line, of whatever type it may be. */

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
