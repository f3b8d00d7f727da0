import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { OutputLineInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";

const MAX_LINE = 4_000;
const KEPT_LINES = 5_000;

/**
 * The numbered output of one command, in a file, so that the numbers go on after a restart and no line is lost while the
 * server is out of reach. Only the last lines are kept in memory.
 */
export class OutputSpool {
  readonly #lines: OutputLineInput[];
  readonly #descriptor: number;
  #last: number;

  private constructor(
    readonly file: string,
    lines: OutputLineInput[],
  ) {
    this.#lines = lines;
    this.#last = lines.at(-1)?.sequence ?? 0;
    this.#descriptor = openSync(file, "a", 0o600);
  }

  /** Opens a command's output where an earlier process left it. */
  static open(file: string): OutputSpool {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return new OutputSpool(file, readLines(file).slice(-KEPT_LINES));
  }

  /** The number of the last line; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  append(text: string, now: number): void {
    this.#last += 1;
    const line = {
      sequence: this.#last,
      occurredAt: new Date(now).toISOString(),
      text: visibleText(text, MAX_LINE),
    };
    this.#lines.push(line);
    try {
      writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    } catch {
      // A full disk must not stop the command whose output this is; the line is still told from memory.
    }
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, KEPT_LINES / 10);
  }

  /** At most `max` lines that come after number `sequence`, in order. */
  after(sequence: number, max: number): OutputLineInput[] {
    const start = this.#lines.findIndex((line) => line.sequence > sequence);
    return start === -1 ? [] : this.#lines.slice(start, start + max);
  }

  /** The texts of the lines that are kept, in order. */
  texts(): string[] {
    return this.#lines.map((line) => line.text);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The lines of an output that nobody writes any more, as many as are kept in memory. */
  static read(file: string): OutputLineInput[] {
    return readLines(file).slice(-KEPT_LINES);
  }

  /** Removes a command's output, once the server has it all. */
  static async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }
}

function readLines(file: string): OutputLineInput[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as OutputLineInput];
    } catch {
      return [];
    }
  });
}
