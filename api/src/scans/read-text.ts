// oxlint-disable no-control-regex -- control characters are what this file is about
import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * A name or version that means something to a package manager: it is taken exactly or not at all. Throws
 * {@link ValidationError} when it is empty, too long, not well-formed or holds control characters.
 */
export function readExactText(text: string, most: number, path: ErrorPath): string {
  const field = path.at(-1) ?? "The text";
  const wrong = (what: string): ValidationError => new ValidationError(`${field} ${what}.`, path);
  if (text === "") throw wrong("is empty");
  if (text.length > most) throw wrong(`has ${text.length} characters; at most ${most} are allowed`);
  if (CONTROL.test(text)) throw wrong("holds control characters, such as NUL or a line end");
  if (!text.isWellFormed()) throw wrong("is not well-formed Unicode");
  return text;
}

/** The same for a text that may be absent. */
export function readOptionalText(
  text: string | null | undefined,
  most: number,
  path: ErrorPath,
): string | null {
  return text == null ? null : readExactText(text, most, path);
}
