import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const CHECKSUM_LENGTH = 7;

/**
 * Every kind of secret that the server hands out. The prefix says what was found where it should not be, and
 * lets a scanner of leaked secrets know it.
 *
 * - rft: API token · rfr: registration token · rfa, rfx: an agent's access and refresh token · rfs: session
 */
const secretBits = { rft: 160, rfr: 160, rfa: 160, rfx: 160, rfs: 256 } as const;

/** The prefix of a secret. */
export type SecretKind = keyof typeof secretBits;

/** Makes a secret: prefix, random digits, checksum. `random` gives cryptographically random bytes. */
export function makeSecret(kind: SecretKind, random: (length: number) => Buffer): string {
  const body = `${kind}_${encodeBase32(random(secretBits[kind] / 8))}`;
  return body + checksum(body);
}

/** Whether a text can be a secret of this kind: prefix, length, digits and checksum. Costs no look-up. */
export function isSecret(kind: SecretKind, text: string): boolean {
  const bodyLength = kind.length + 1 + Math.ceil(secretBits[kind] / 5);
  if (text.length !== bodyLength + CHECKSUM_LENGTH || !text.startsWith(`${kind}_`)) return false;
  return checksum(text.slice(0, bodyLength)) === text.slice(bodyLength);
}

/** What is kept of a secret: 32 bytes of SHA-256. The secrets are random, so that no salt is needed. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Crockford's digits without look-alikes, lower case; 5 bits a digit. */
export function encodeBase32(bytes: Buffer): string {
  let text = "";
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += DIGITS[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + DIGITS[(value << (5 - bits)) & 31] : text;
}

function checksum(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return encodeBase32(bytes);
}
