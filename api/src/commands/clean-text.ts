import { cutText } from "../agents/clean-text.js";

const MOST_REASONS = 100;
/** The longest reason in characters. */
export const LONGEST_REASON = 1000;

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

/** At most 100 reasons for people, cut at 1000 characters; without those that say nothing. */
export function cleanReasons(reasons: readonly string[] | null | undefined): string[] {
  const clean = (reasons ?? []).slice(0, MOST_REASONS).map((reason) => cleanText(reason, LONGEST_REASON));
  return clean.filter((reason) => reason.trim() !== "");
}
