import path from "node:path";
import * as v from "valibot";
import { settingDocs, settingsSchema, type Settings } from "./settings.js";

/** The settings of this process, with the folder that data lies in. */
export type ReadSettings = Settings & { readonly REDFLAG_DATA_DIR: string };

/** What the defaults depend on. */
export interface User {
  /** Nothing on Windows. */
  readonly uid: number | undefined;
  readonly home: string;
}

/** A setting is wrong or unknown; `message` says which, why, and what to do. Exit code 78. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly exitCode = 78;
}

const OURS = /^(REDFLAG|SERVER)_/;
/** Settings of the agent and of the tests, which may stand in the same environment. */
const OF_OTHERS = /^REDFLAG_(AGENT_|TEST_|SERVER_URL$|REGISTRATION_TOKEN$)/;

/** Reads the settings from an environment. An empty variable counts as absent. Throws SettingsError. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  user: User,
): ReadSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== "");
  for (const [name] of given) {
    if (OURS.test(name) && !OF_OTHERS.test(name) && !Object.hasOwn(settingDocs, name)) throw unknown(name);
  }
  const parsed = v.safeParse(settingsSchema, Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const name = v.getDotPath(issue) ?? "A setting";
    throw new SettingsError(
      `${name} is ${JSON.stringify(issue.input)}, but ${issue.message}. Correct or remove it.`,
    );
  }
  const dataDir = parsed.output.REDFLAG_DATA_DIR ?? defaultDataDir(environment, user);
  return { ...parsed.output, REDFLAG_DATA_DIR: path.resolve(dataDir) };
}

function defaultDataDir(environment: Readonly<Record<string, string | undefined>>, user: User): string {
  if (user.uid === 0) return "/var/lib/redflag";
  return path.join(environment["XDG_DATA_HOME"] || path.join(user.home, ".local/share"), "redflag");
}

function unknown(name: string): SettingsError {
  const [nearest] = Object.keys(settingDocs).toSorted((a, b) => distance(name, a) - distance(name, b));
  const hint = nearest !== undefined && distance(name, nearest) <= 5 ? ` Did you mean ${nearest}?` : "";
  return new SettingsError(
    `${name} is not a setting.${hint} docs/configuration.md lists all of them; correct or remove it.`,
  );
}

/** Levenshtein's distance: how many letters must change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
