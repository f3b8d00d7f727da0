import { median } from "./rounds.ts";
import type { Series } from "./rounds.ts";

/** Rounds that differ by more than this say more about the machine than about the contenders. */
const LARGEST_SPREAD = 0.25;

/** How far the middle half of the samples spreads, as a share of the median. */
export function spread(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const quarter = sorted.length >> 2;
  const low = sorted[quarter] ?? Number.NaN;
  const high = sorted[sorted.length - 1 - quarter] ?? Number.NaN;
  return (high - low) / median(samples);
}

/**
 * Each contender's ratio to the first one, round by round: the figure that holds when the machine's speed drifts.
 *
 * @returns lines of a Markdown table
 * @throws Error naming the series whose rounds spread more than 25 %
 */
export function ratioTable(series: readonly Series[], measure: string): string[] {
  const rows = series.filter((entry) => entry.measure === measure);
  const [base, ...others] = rows;
  if (!base) throw new Error(`Nothing was measured as ${measure}.`);
  const noisy = rows.filter((entry) => spread(entry.samples) > LARGEST_SPREAD);
  if (noisy.length > 0) {
    const names = noisy.map((entry) => `${entry.contender} (${Math.round(spread(entry.samples) * 100)} %)`);
    throw new Error(
      `No report on ${measure}: rounds spread more than 25 %: ${names.join(", ")}. Run it again.`,
    );
  }
  const line = (entry: Series): string => {
    const ratios = entry.samples.map((sample, round) => sample / (base.samples[round] ?? Number.NaN));
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
