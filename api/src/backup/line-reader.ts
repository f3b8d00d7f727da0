const NEW_LINE = 10;
/** No row of ours comes near this; without a limit a damaged file could fill the memory. */
const LONGEST_LINE = 256 * 1024 * 1024;

/** Whole lines that follow each other. */
export interface Page {
  /** The lines with their ends. */
  readonly bytes: Buffer;
  readonly count: number;
  /** The line that was looked for came behind them; it is not in `bytes`. */
  readonly isEnd: boolean;
}

/** Reads lines from chunks of bytes. Throws RangeError for what cannot be cut into lines. */
export class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  /** How many bytes were handed out. */
  position = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** The next line without its end; nothing behind the last. */
  async next(): Promise<Buffer | undefined> {
    if (!(await this.#hold())) return undefined;
    const at = this.#rest.indexOf(NEW_LINE);
    return this.#take(at + 1).subarray(0, at);
  }

  /** The lines that are at hand before the line `end`. At least one, or the end. */
  async readUntil(end: string): Promise<Page> {
    if (!(await this.#hold())) throw new RangeError("it was cut off here");
    let from = 0;
    let count = 0;
    for (let at = this.#rest.indexOf(NEW_LINE); at !== -1; at = this.#rest.indexOf(NEW_LINE, from)) {
      if (at - from === end.length && this.#rest.toString("latin1", from, at) === end) {
        const bytes = this.#take(from);
        this.#take(end.length + 1);
        return { bytes, count, isEnd: true };
      }
      from = at + 1;
      count += 1;
    }
    return { bytes: this.#take(from), count, isEnd: false };
  }

  /** Makes sure of one whole line; false behind the last. */
  async #hold(): Promise<boolean> {
    if (this.#rest.includes(NEW_LINE)) return true;
    const parts = [this.#rest];
    let length = this.#rest.length;
    for (;;) {
      const { value, done } = await this.#chunks.next();
      if (done) {
        this.#rest = Buffer.concat(parts);
        if (length > 0) throw new RangeError("it was cut off in the middle of a line");
        return false;
      }
      parts.push(value);
      length += value.length;
      if (length > LONGEST_LINE) throw new RangeError("a line has no end");
      if (value.includes(NEW_LINE)) break;
    }
    this.#rest = Buffer.concat(parts);
    return true;
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    this.position += length;
    return taken;
  }
}
