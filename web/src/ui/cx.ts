/** Joins class names; what is false or empty falls away. */
export function cx(...names: readonly (string | false | undefined | null)[]): string {
  return names.filter(Boolean).join(" ");
}
