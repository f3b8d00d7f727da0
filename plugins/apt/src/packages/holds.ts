import type { Call } from "@redflag/plugin-sdk";

import { readTool, type AptContext } from "../apt-context.js";

/** The packages that the owner keeps back, as `name[:arch]`. */
export async function readHolds(context: AptContext, call: Call): Promise<string[]> {
  const text = await readTool(context, "list-holds", {}, call);
  return text.split("\n").filter((line) => line !== "");
}
