import { readMoment } from "../scans/read-moment.js";
import { LimitError, ValidationError } from "../schema/user-errors.js";
import { cleanText } from "./clean-text.js";
import { OUTPUT_BATCH, OUTPUT_LINE_LENGTH } from "./command-limits.js";
import type { OutputLine } from "./progress.sql.js";

const LAST_SEQUENCE = 2 ** 31 - 1;

/** Checks and cleans lines of output. Throws a DomainError that names the place. */
export function readLines(lines: readonly OutputLine[]): OutputLine[] {
  if (lines.length <= OUTPUT_BATCH) return lines.map(readLine);
  const message = `${lines.length} lines were sent; one report carries at most ${OUTPUT_BATCH}.`;
  throw new LimitError(message, OUTPUT_BATCH, ["input", "lines"]);
}

function readLine(line: OutputLine, index: number): OutputLine {
  const { sequence } = line;
  const path = ["input", "lines", String(index)];
  if (sequence < 1 || sequence > LAST_SEQUENCE) {
    throw new ValidationError(`sequence is ${sequence}; lines are counted from 1.`, [...path, "sequence"]);
  }
  const occurredAt = readMoment(line.occurredAt, [...path, "occurredAt"]);
  return { sequence, occurredAt, text: cleanText(line.text, OUTPUT_LINE_LENGTH) };
}
