import { cleanText } from "../agents/clean-text.js";
import { ValidationError } from "../schema/user-errors.js";

const MOST_CHARACTERS = 1_000;

/** A reason in a person's words, on one line; null when none is given. Throws ValidationError when too long. */
export function readReason(reason: string | null | undefined): string | null {
  if (reason == null) return null;
  if (reason.length > MOST_CHARACTERS) {
    const message = `The reason has ${reason.length} characters; at most ${MOST_CHARACTERS} are allowed.`;
    throw new ValidationError(message, ["input", "reason"]);
  }
  return cleanText(reason, MOST_CHARACTERS);
}
