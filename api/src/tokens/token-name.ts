import { ValidationError } from "../schema/user-errors.js";

/** What a token is for, trimmed. Throws ValidationError at input.name when it is not 1 to 64 characters. */
export function cleanTokenName(name: string): string {
  const clean = name.normalize("NFKC").trim();
  const { length } = Array.from(clean);
  if (length >= 1 && length <= 64) return clean;
  throw new ValidationError("The name must have 1 to 64 characters. Say what the token is for.", [
    "input",
    "name",
  ]);
}
