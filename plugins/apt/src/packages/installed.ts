import type { Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";
import { parseInstalled, type InstalledPackage } from "../parse/parse-installed.js";

/** dpkg's database: `name[:arch]` to what is installed. */
export type InstalledPackages = ReadonlyMap<string, InstalledPackage>;

/** Reads dpkg's database. */
export async function readInstalled(context: AptContext, call: Call): Promise<InstalledPackages> {
  const nativeArch = await readTool(context, "architecture", {}, call);
  const text = await readTool(context, "list-installed", {}, call);
  return parseInstalled(text, nativeArch.trim());
}
