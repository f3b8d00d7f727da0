/**
 * True if an archive is a security archive by its own declaration: its suite is called `…-security` (Debian, Ubuntu,
 * Ubuntu ESM) or its label is (`Debian-Security`). The package's name never matters.
 *
 * @param origin `Label:version/suite` or `Label:suite` or `suite`, as apt's simulation prints it
 */
export function isSecurityOrigin(origin: string): boolean {
  const colon = origin.lastIndexOf(":");
  const label = colon === -1 ? "" : origin.slice(0, colon);
  const suite = origin.slice(Math.max(colon, origin.lastIndexOf("/")) + 1);
  return [label, suite].some((text) => text.toLowerCase().endsWith("-security"));
}

const MAX_ORIGIN_CHARS = 500;

/** The archives that offer a version, for people; nothing when it comes from none. */
export function originOf({ origins }: { readonly origins: readonly string[] }): { readonly origin?: string } {
  return origins.length > 0 ? { origin: origins.join(", ").slice(0, MAX_ORIGIN_CHARS) } : {};
}
