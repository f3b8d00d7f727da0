import { ValidationError, type ErrorPath } from "../schema/user-errors.js";
import { reportLimits } from "./report-limits.js";

/**
 * The plugin's own facts of an update, from JSON text. Throws {@link ValidationError} when the text is too
 * long, no JSON, nested too deeply, or holds what the database cannot store (NUL, half characters).
 */
export function readDetails(text: string | null | undefined, path: ErrorPath): unknown {
  if (text == null) return null;
  const wrong = (what: string): ValidationError => new ValidationError(`details ${what}.`, path);
  const bytes = Buffer.byteLength(text);
  if (bytes > reportLimits.detailsBytes) {
    throw wrong(`has ${bytes} bytes; at most ${reportLimits.detailsBytes} are allowed`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("is no JSON text");
  }
  const problem = findProblem(value, reportLimits.detailsDepth);
  if (problem !== null) throw wrong(problem);
  return value;
}

function findProblem(value: unknown, depth: number): string | null {
  if (typeof value === "string") return value.includes("\0") || !value.isWellFormed() ? BAD_TEXT : null;
  if (typeof value === "number") return Number.isFinite(value) ? null : "holds a number that is too large";
  if (typeof value !== "object" || value === null) return null;
  if (depth === 0) return `is nested more than ${reportLimits.detailsDepth} deep`;
  for (const [key, part] of Object.entries(value)) {
    const problem = findProblem(key, depth) ?? findProblem(part, depth - 1);
    if (problem !== null) return problem;
  }
  return null;
}

const BAD_TEXT = "holds NUL or half a character in a text";
