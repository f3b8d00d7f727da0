import { CUT_MARK } from "./limits.js";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts a stream of bytes into lines, whatever the sizes of the pieces. Bad UTF-8 becomes U+FFFD, NUL is removed, and a
 * line keeps at most `maxLineBytes`, so that memory stays flat.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #kept = 0;
  #isCut = false;
  #hasBytes = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes more bytes and gives the lines that they complete. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line when the stream ended without a line break. */
  end(): string[] {
    return this.#hasBytes ? [this.#take()] : [];
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hasBytes = true;
    const room = this.#maxLineBytes - this.#kept;
    if (bytes.length > room) this.#isCut = true;
    if (room <= 0) return;
    const kept = bytes.slice(0, room);
    this.#parts.push(kept);
    this.#kept += kept.length;
  }

  #take(): string {
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    const line = decodeText(bytes ?? new Uint8Array(), this.#decoder);
    const isCut = this.#isCut;
    this.#parts = [];
    this.#kept = 0;
    this.#isCut = false;
    this.#hasBytes = false;
    return isCut ? line + CUT_MARK : line;
  }
}

/** Bytes as text: bad UTF-8 becomes U+FFFD, NUL is removed, a carriage return before a line break goes with it. */
function decodeText(bytes: Uint8Array, decoder: TextDecoder): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return decoder.decode(bytes.subarray(0, end)).replaceAll("\0", "");
}
