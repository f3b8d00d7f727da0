import { readFileSync } from "node:fs";

/** Certificate authorities to trust: Node's own, the system's, and the configured file's. */
export function trustedAuthorities(caFile: string | undefined): string[] {
  const { getCACertificates } = process.getBuiltinModule("node:tls");
  const own = caFile === undefined ? [] : [readFileSync(caFile, "utf8")];
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...own])];
}
