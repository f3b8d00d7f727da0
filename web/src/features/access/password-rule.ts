/** The rule for passwords, as the forms show it. */
export const PASSWORD_HELP = "12 to 256 characters. Length is what counts: a few words make a good one.";

/** What is wrong with a password; undefined when it meets the rule. */
export function passwordProblem(password: string): string | undefined {
  const length = [...password].length;
  if (length < 12) return `Too short: ${12 - length} more to go.`;
  return length > 256 ? "Too long: at most 256 characters." : undefined;
}
