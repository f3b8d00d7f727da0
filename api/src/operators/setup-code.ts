import { timingSafeEqual } from "node:crypto";
import { encodeBase32, hashSecret } from "../access/secret.js";

const BITS = 100;

/**
 * The one-time code with which the first admin is made. It lives in the memory of this process, as a hash,
 * and each start makes another while there is no operator.
 */
export class SetupCode {
  #hash: Buffer | null = null;

  /** Makes a code and returns it in the form in which people read it, for example "k7m2q-4x8pz-…". */
  open(random: (length: number) => Buffer): string {
    const digits = encodeBase32(random(Math.ceil(BITS / 8))).slice(0, BITS / 5);
    this.#hash = hashSecret(digits);
    return digits.replaceAll(/(.{5})(?=.)/g, "$1-");
  }

  /** Whether this is the code; spaces, dashes and case do not matter. Takes equally long for any answer. */
  matches(code: string): boolean {
    const given = hashSecret(code.slice(0, 200).toLowerCase().replaceAll(/[\s-]/g, ""));
    return this.#hash !== null && timingSafeEqual(given, this.#hash);
  }

  /** From now on no code is right. */
  close(): void {
    this.#hash = null;
  }
}
