/** One thing to measure; a call is one sample. */
export interface Contender {
  readonly name: string;
  /** Does the work once and returns its measures by name, each in the unit that the name ends in. */
  sample(): Promise<Readonly<Record<string, number>>>;
}

/** The samples of one measure of one contender. */
export interface Series {
  readonly contender: string;
  readonly measure: string;
  readonly samples: readonly number[];
}

/**
 * Takes turns: every round asks every contender once, so that a drift of the machine's speed meets all alike.
 *
 * @param warmUps rounds whose samples are thrown away
 */
export async function runRounds(
  contenders: readonly Contender[],
  rounds: number,
  warmUps = 1,
): Promise<readonly Series[]> {
  const series = new Map<string, { contender: string; measure: string; samples: number[] }>();
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const contender of contenders) {
      const measures = await contender.sample();
      if (round < 0) continue;
      for (const [measure, value] of Object.entries(measures)) {
        const key = `${contender.name}/${measure}`;
        const entry = series.get(key) ?? { contender: contender.name, measure, samples: [] };
        entry.samples.push(value);
        series.set(key, entry);
      }
    }
    process.stderr.write(round < 0 ? "warm-up\n" : `round ${round + 1} of ${rounds}\n`);
  }
  return [...series.values()];
}

/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
