/** A package as apt writes it: the name, and the architecture only when it is foreign to this machine. */
export interface PackageName {
  readonly name: string;
  readonly arch?: string;
}

/**
 * Splits `name[:arch]`, which is also the key of an update: it names the package, not the version, and stays the same
 * when a package moves from an architecture to `all`.
 */
export function parsePackageKey(key: string): PackageName {
  const colon = key.indexOf(":");
  return colon === -1 ? { name: key } : { name: key.slice(0, colon), arch: key.slice(colon + 1) };
}
