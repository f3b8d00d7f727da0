import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

/** Control characters, and what turns the writing direction: such names look like others. */
const INVISIBLE = /\p{C}/u;

/** A name as it is kept, of a person or a token: NFKC, trimmed. Throws ValidationError when it is not 1 to 64 characters. */
export function cleanName(name: string, path: ErrorPath = ["input", "name"]): string {
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

/**
 * What two names are compared by: upper and lower case, and different writings of one letter, are alike. A
 * text that can be nobody's name comes out as one that nobody has.
 */
export function nameKey(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase().toWellFormed().replaceAll("\u0000", "\ufffd");
}
