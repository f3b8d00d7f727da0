import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { visibleText } from "../text/visible-text.js";

const MOST_LINES = 2_000;
const MAX_LINE = 4_000;
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * What a process wrote after the agent that followed it was gone.
 *
 * @param folder where its output lies.
 * @param told the lines that were passed on, in order, among lines of other origin.
 */
export async function untoldLines(folder: string, told: readonly string[]): Promise<string[]> {
  const files = ["stdout.log", "stderr.log"].map((name) => path.join(folder, name));
  const written = await Promise.all(files.map(readLines));
  return written.flatMap((lines) => lines.slice(countTold(lines, told))).slice(-MOST_LINES);
}

/** How many of the first lines were told: each is looked for behind the one before it. */
function countTold(lines: readonly string[], told: readonly string[]): number {
  let count = 0;
  for (const line of told) if (line === lines[count]) count += 1;
  return count;
}

async function readLines(file: string): Promise<string[]> {
  const facts = await stat(file).catch(() => undefined);
  if (!facts || facts.size > MAX_BYTES) return [];
  const text = await readFile(file, "utf8");
  const lines = text
    .split("\n")
    .map((line) => visibleText(line.replace(/\r$/u, "").replaceAll("\0", ""), MAX_LINE));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
