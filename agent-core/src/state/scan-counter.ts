import { readFileIfThere, writeFileAtomically } from "./atomic-file.js";

/** Numbers this agent's scans, upwards for ever, so that a late report never replaces a newer one. */
export class ScanCounter {
  #last: number | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  /** @param now milliseconds since the epoch; a lost file continues from there, above every number handed out. */
  constructor(
    readonly file: string,
    readonly now: () => number,
  ) {}

  /** The next number, written down before it is handed out. */
  next(): Promise<number> {
    const result = this.#tail.then(() => this.#advance());
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #advance(): Promise<number> {
    const onDisk = await this.#read();
    const next = Math.max(this.#last ?? 0, onDisk ?? this.now()) + 1;
    await writeFileAtomically(this.file, `${JSON.stringify({ scanNumber: next })}\n`);
    this.#last = next;
    return next;
  }

  async #read(): Promise<number | undefined> {
    const text = await readFileIfThere(this.file);
    try {
      const value: unknown = Object(JSON.parse(text ?? "")).scanNumber;
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
    } catch {
      return undefined;
    }
  }
}
