import { ValidationError } from "../schema/user-errors.js";

/** A text from an agent as it can be stored: without NUL, which PostgreSQL refuses, and cut at `length`. */
export function cleanText(text: string, length: number): string {
  const clean = text.includes("\0") ? text.replaceAll("\0", "") : text;
  return clean.length > length ? clean.slice(0, length) : clean;
}

/** The same for a text that may be absent. */
export function cleanOptional(text: string | null | undefined, length: number): string | null {
  return text === null || text === undefined ? null : cleanText(text, length);
}

const LONGEST_NAME = 1000;

/**
 * A key, name or version: part of what is approved and installed, so it is kept exactly or refused with a
 * {@link ValidationError} at `path`.
 */
export function exactText(text: string, path: readonly string[]): string {
  if (text.length >= 1 && text.length <= LONGEST_NAME && !text.includes("\0")) return text;
  throw new ValidationError(`The text must have 1 to ${LONGEST_NAME} characters and no NUL.`, path);
}

/** The same for a text that may be absent. */
export function exactOptional(text: string | null | undefined, path: readonly string[]): string | null {
  return text === null || text === undefined ? null : exactText(text, path);
}
