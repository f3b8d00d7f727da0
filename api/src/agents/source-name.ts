import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MOST_CHARACTERS = 64;

/** Throws {@link ValidationError} when a text cannot be the name of a source, such as apt or windows-update. */
export function requireSourceName(name: string, path: ErrorPath): void {
  if (name.length <= MOST_CHARACTERS && NAME.test(name)) return;
  throw new ValidationError(
    `A source's name has at most ${MOST_CHARACTERS} characters: lower-case words of letters and digits, joined by hyphens, such as apt.`,
    path,
  );
}
