import { median } from "./rounds.ts";
import type { Series } from "./rounds.ts";

/** Ratios that differ by more than this between rounds say more about the machine than about the contenders. */
const LARGEST_SPREAD = 0.25;

/** How far the middle half of the values spreads, as a share of the median. */
export function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const quarter = sorted.length >> 2;
  const low = sorted[quarter] ?? Number.NaN;
  const high = sorted[sorted.length - 1 - quarter] ?? Number.NaN;
  return (high - low) / median(values);
}

/**
 * Each contender's ratio to the first one, round by round: the figure that holds when the machine's speed drifts.
 *
 * @returns lines of a Markdown table
 * @throws Error naming the contenders whose ratios spread more than 25 % between rounds
 */
export function ratioTable(series: readonly Series[], measure: string): string[] {
  const rows = series.filter((entry) => entry.measure === measure);
  const [base, ...others] = rows;
  if (!base) throw new Error(`Nothing was measured as ${measure}.`);
  const ratiosOf = (entry: Series): number[] =>
    entry.samples.map((sample, round) => sample / (base.samples[round] ?? Number.NaN));
  const noisy = others.filter((entry) => spread(ratiosOf(entry)) > LARGEST_SPREAD);
  if (noisy.length > 0) {
    const names = noisy.map((entry) => `${entry.contender} (${Math.round(spread(ratiosOf(entry)) * 100)} %)`);
    throw new Error(
      `No report on ${measure}: rounds spread more than 25 %: ${names.join(", ")}. Run it again.`,
    );
  }
  const line = (entry: Series): string => {
    const ratios = ratiosOf(entry);
    const range = `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`;
    return `| ${entry.contender} | ${median(entry.samples).toFixed(1)} | ${median(ratios).toFixed(2)} | ${range} |`;
  };
  return [
    `| ${measure} | median | ratio to the first | min … max |`,
    "|---|---|---|---|",
    line(base),
    ...others.map(line),
  ];
}
