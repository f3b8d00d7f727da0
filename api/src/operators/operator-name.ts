import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

/** Control characters, and what turns the writing direction: such names look like others. */
const INVISIBLE = /\p{C}/u;

/** A login name as it is kept: NFKC, trimmed. Throws ValidationError when it is not 1 to 64 characters. */
export function cleanName(name: string, path: ErrorPath): string {
  const clean = name.normalize("NFKC").trim();
  const { length } = Array.from(clean);
  if (length < 1 || length > 64) {
    throw new ValidationError("The name must have 1 to 64 characters. Choose another.", path);
  }
  if (INVISIBLE.test(clean)) {
    throw new ValidationError("The name must not hold invisible characters. Choose another.", path);
  }
  return clean;
}

/** What two names are compared by: upper and lower case, and different writings of one letter, are alike. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
