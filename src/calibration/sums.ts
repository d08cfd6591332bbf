import type { SumCalibration } from './calibration.ts';
import { ascending, describeSupport, quantileBounds, quantileOf } from './order-statistics.ts';
import { rounded } from './quantile-table.ts';

const TOLD = [0.5, 0.75, 0.9, 0.95, 0.99] as const;

/** What a recorded time that several sites share says about its quantiles. */
export function sumCalibration(
  name: string,
  spans: string,
  sites: readonly string[],
  values: readonly number[],
  confidence: number,
): SumCalibration {
  const sorted = ascending(values);
  const quantiles = TOLD.map((p) => {
    const { lower, upper } = quantileBounds(sorted, p, confidence);
    return {
      p,
      estimateMs: rounded(quantileOf(sorted, p)),
      lowerMs: lower === null ? null : rounded(lower),
      upperMs: upper === null ? null : rounded(upper),
    };
  });
  return { name, spans, sites, n: sorted.length, quantiles, supported: describeSupport(sorted, confidence) };
}
