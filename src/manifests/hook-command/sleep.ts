/** Operands of `sleep`, as GNU's coreutils take them. */

/** The longest duration that a scenario has: 30 days. */
const MAX_MS = 30 * 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, for ever being the longest duration that there is; null: sleep refuses the operand and fails at once. */
export function sleepOperandMs(operand: string): number | null {
  if (/^(?:inf|infinity)[smhd]?$/i.test(operand)) return MAX_MS;
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d{1,3}))?([smhd]?)$/i.exec(operand);
  if (match === null) return null;
  const ms = Number(`${match[1]}e${match[2] ?? 0}`) * UNIT_MS[match[3]?.toLowerCase() || 's']!;
  return Number.isNaN(ms) ? null : Math.min(MAX_MS, Math.round(ms));
}

/** Where the kinds of sleep that images hold differ: plain POSIX takes one whole number of seconds. */
export function isPlainSleep(operands: readonly string[]): boolean {
  return operands.length === 1 && /^\d+$/.test(operands[0]!);
}
