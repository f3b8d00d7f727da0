import { readFile } from "node:fs/promises";
import path from "node:path";

const MAX_BYTES = 64 * 1024;

/** What os-release(5) says, of which only plain assignments are understood. */
export type OsRelease = Readonly<Record<string, string>>;

/** Reads os-release; empty when there is none. Values are bounded and stay text. */
export async function readOsRelease(fileRoot: string): Promise<OsRelease> {
  for (const file of ["etc/os-release", "usr/lib/os-release"]) {
    try {
      return parseOsRelease((await readFile(path.join(fileRoot, file), "utf8")).slice(0, MAX_BYTES));
    } catch {
      continue;
    }
  }
  return {};
}

/** Understands `KEY=value`, `KEY="value"` and `KEY='value'`; anything else is skipped. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equals = line.indexOf("=");
    const key = line.slice(0, equals).trim();
    if (equals < 1 || !/^[A-Z0-9_]{1,64}$/u.test(key)) continue;
    values.set(key, unquote(line.slice(equals + 1).trim()));
  }
  return Object.fromEntries(values);
}

function unquote(value: string): string {
  const quote = value[0];
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  const inner = isQuoted ? value.slice(1, -1) : value;
  return quote === "'" ? inner : inner.replaceAll(/\\([$`"\\])/gu, "$1");
}
