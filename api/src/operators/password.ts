import { argon2, timingSafeEqual, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";
import { RequestError } from "../schema/request-error.js";
import { ValidationError, type ErrorPath } from "../schema/user-errors.js";

const hashWith = promisify(argon2);

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const LANES = 1;
const TAG_LENGTH = 32;
const SALT_LENGTH = 16;
const FORM = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Each hash takes 19 MiB and one thread; more at once would starve everything else. */
const MOST_AT_ONCE = 4;
const LONGEST_QUEUE = 100;

/** Throws ValidationError unless the password has 12 to 256 characters; the answer is the one to hash. */
export function cleanPassword(password: string, path: ErrorPath): string {
  const clean = normalize(password);
  const length = clean === null ? Infinity : Array.from(clean).length;
  if (clean !== null && length >= 12 && length <= 256) return clean;
  throw new ValidationError("The password must have 12 to 256 characters. Choose another.", path);
}

/** NFKC, so that one password is equal on every keyboard; null when it is too long to be one. */
function normalize(password: string): string | null {
  return password.length > 1024 ? null : password.normalize("NFKC");
}

/** Makes and checks the stored form of passwords: argon2id from Node, at most 4 at a time. */
export class PasswordHasher {
  readonly #random: (length: number) => Buffer;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** No password has this hash: nothing was hashed for it. */
  readonly #decoy: string;

  constructor(random: (length: number) => Buffer) {
    this.#random = random;
    this.#decoy = written(random(SALT_LENGTH), random(TAG_LENGTH));
  }

  /** Hashes a password that {@link cleanPassword} gave. The result holds its own parameters and salt. */
  async hash(password: string): Promise<string> {
    const nonce = this.#random(SALT_LENGTH);
    const message = Buffer.from(password);
    const tag = await this.#run({
      message,
      nonce,
      memory: MEMORY_KIB,
      passes: PASSES,
      parallelism: LANES,
      tagLength: TAG_LENGTH,
    });
    return written(nonce, tag);
  }

  /**
   * Whether this is the password. A null `hash` stands for a name that nobody has: it takes as long as any
   * other and is never right.
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const parts = FORM.exec(hash ?? this.#decoy);
    const message = normalize(password);
    if (!parts) throw new Error("A stored password hash is not in the form that this version writes.");
    const [, memory, passes, parallelism, salt = "", expected = ""] = parts;
    const wanted = Buffer.from(expected, "base64");
    const tag = await this.#run({
      message: Buffer.from(message ?? ""),
      nonce: Buffer.from(salt, "base64"),
      memory: Number(memory),
      passes: Number(passes),
      parallelism: Number(parallelism),
      tagLength: wanted.length,
    });
    return timingSafeEqual(tag, wanted) && hash !== null && message !== null;
  }

  async #run(parameters: Argon2Parameters): Promise<Buffer> {
    if (this.#running >= MOST_AT_ONCE) {
      if (this.#waiting.length >= LONGEST_QUEUE) {
        throw new RequestError(
          "RATE_LIMITED",
          "Too many people log in at this moment. Try again in a few seconds.",
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await hashWith("argon2id", parameters);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/** The stored form. */
function written(nonce: Buffer, tag: Buffer): string {
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(nonce)}$${base64(tag)}`;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
