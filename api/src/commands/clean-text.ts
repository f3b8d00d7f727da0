import { cutText } from "../agents/clean-text.js";

/**
 * A text from an agent as it can be stored: cut at `length`, without NUL and half characters, both of which
 * PostgreSQL refuses.
 */
export function cleanText(text: string, length: number): string {
  const clean = text.includes("\0") ? text.replaceAll("\0", "") : text;
  return cutText(clean, length).toWellFormed();
}

/** The same for a text that may be absent. */
export function cleanOptional(text: string | null | undefined, length: number): string | null {
  return text === null || text === undefined ? null : cleanText(text, length);
}
