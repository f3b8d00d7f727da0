import type { Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";

/** What the rule `show-folders` asks for, and where it lies on every machine whose owner did not move it. */
const STANDARD: Readonly<Record<string, string>> = {
  lists: "/var/lib/apt/lists/",
  states: "/var/lib/apt/extended_states",
  status: "/var/lib/dpkg/status",
  config: "/etc/apt/apt.conf",
  configs: "/etc/apt/apt.conf.d/",
  sources: "/etc/apt/sources.list",
  sourceparts: "/etc/apt/sources.list.d/",
  preferences: "/etc/apt/preferences",
  preferenceparts: "/etc/apt/preferences.d/",
};

/** True if apt keeps everything where a fingerprint looks for it. */
export async function usesStandardFolders(context: AptContext, call: Call): Promise<boolean> {
  const text = await readTool(context, "show-folders", {}, call);
  const root = context.config.rootDir ?? "";
  const expected = Object.entries(STANDARD).map(([name, folder]) => `${name}='${root}${folder}'`);
  const said = new Set(text.split("\n"));
  return expected.every((line) => said.has(line));
}
