import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";

/** Certificate authorities to trust: Node's own, the system's, and the configured file's. */
export function trustedAuthorities(caFile: string | undefined): string[] {
  const own = caFile === undefined ? [] : [readFileSync(caFile, "utf8")];
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...own])];
}
