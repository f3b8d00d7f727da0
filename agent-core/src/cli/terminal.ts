import { createInterface } from "node:readline";

/** A person at a terminal. */
export interface Terminal {
  /** Asks and gives the answer; undefined when there is none because the input ended or `signal` aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Replaces the line at the bottom; an empty text takes it away. */
  status(text: string): void;
}

const CLEAR_LINE = "\r\u001b[2K";
const NARROW = 80;

/** The terminal of this process; undefined when nobody could answer. */
export function openTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Terminal | undefined {
  if (!input.isTTY || !output.isTTY) return undefined;
  return {
    ask: (question, signal) => ask(input, output, question, signal),
    status: (text) => {
      output.write(`${CLEAR_LINE}${text.slice(0, (output.columns || NARROW) - 1)}`);
    },
  };
}

function ask(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Not in raw mode, so that Ctrl-C stays the signal that it is everywhere else.
  const lines = createInterface({ input, terminal: false });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const giveUp = (): void => resolve(undefined);
  lines.once("line", resolve);
  lines.once("close", giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  output.write(question);
  return promise.finally(() => {
    signal.removeEventListener("abort", giveUp);
    lines.close();
    input.pause();
  });
}

/** True for a plain yes, nothing else. */
export function isYes(answer: string | undefined): boolean {
  return /^y(es)?$/iu.test(answer?.trim() ?? "");
}
