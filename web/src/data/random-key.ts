/** A fresh idempotency key. `crypto.randomUUID` would be missing on plain http addresses other than localhost. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
