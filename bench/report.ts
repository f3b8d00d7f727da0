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
 * Prints one table a measure: each contender's ratio to the first one, round by round, which is the figure that holds when
 * the machine's speed drifts. A measure whose ratios spread more than 25 % between rounds is refused, and the exit code
 * says so.
 */
export function printTables(series: readonly Series[], measures: readonly string[]): void {
  for (const measure of measures) {
    const rows = series.filter((entry) => entry.measure === measure);
    try {
      process.stdout.write(`${ratioTable(rows, measure).join("\n")}\n\n`);
    } catch (error) {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
      for (const row of rows)
        process.stderr.write(`${row.contender}: ${row.samples.map(figure).join(" ")}\n`);
      process.exitCode = 1;
    }
  }
}

function ratioTable(rows: readonly Series[], measure: string): string[] {
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
    const range = `${figure(Math.min(...ratios))} … ${figure(Math.max(...ratios))}`;
    return `| ${entry.contender} | ${figure(median(entry.samples))} | ${figure(median(ratios))} | ${range} |`;
  };
  return [
    `| ${measure} | median | ratio to the first | min … max |`,
    "|---|---|---|---|",
    line(base),
    ...others.map(line),
  ];
}

/** Three significant digits; the rest is noise. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
