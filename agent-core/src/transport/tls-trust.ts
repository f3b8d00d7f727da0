import { readFileSync } from "node:fs";
import { ConfigError } from "../config/config-error.js";

/**
 * Certificate authorities to trust: Node's own, the system's, and the configured file's.
 *
 * @throws ConfigError when the file cannot be read or holds no certificate.
 */
export function trustedAuthorities(caFile: string | undefined): string[] {
  const { getCACertificates } = process.getBuiltinModule("node:tls");
  const own = caFile === undefined ? [] : [readAuthorities(caFile)];
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system"), ...own])];
}

function readAuthorities(file: string): string {
  const advice = "Let caFile or REDFLAG_CA_FILE name a PEM file with the authority's certificate.";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = String(Object(error).code);
    throw new ConfigError(`The certificate authorities in ${file} cannot be read (${code}). ${advice}`, {
      cause: error,
    });
  }
  // Node skips what is no certificate without a word, and the server would be refused for no visible reason.
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new ConfigError(`The file ${file} holds no certificate authority. ${advice}`);
  }
  return text;
}
