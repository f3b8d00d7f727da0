/** One line of a command's output. */
export interface OutputLine {
  readonly sequence: number;
  readonly text: string;
}

/** The most lines that the page keeps; older ones are dropped. */
export const MOST_LINES = 20_000;

/** Adds lines that arrived in any order and perhaps twice; the result is in order and has each line once. */
export function addLines(known: readonly OutputLine[], more: readonly OutputLine[]): readonly OutputLine[] {
  if (more.length === 0) return known;
  const last = known.at(-1)?.sequence ?? 0;
  const isContinuation = more.every((line, index) => line.sequence > (more[index - 1]?.sequence ?? last));
  if (isContinuation) return [...known, ...more].slice(-MOST_LINES);
  const bySequence = new Map([...known, ...more].map((line) => [line.sequence, line]));
  return [...bySequence.values()].toSorted((a, b) => a.sequence - b.sequence).slice(-MOST_LINES);
}
