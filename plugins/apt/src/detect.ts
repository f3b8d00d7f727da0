import type { Call, Detection, Notice } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "./apt-context.js";
import { tellingLines } from "./classify-failure.js";

/** Says whether this machine is looked after by apt and dpkg. */
export async function detect(context: AptContext, call: Call): Promise<Detection> {
  const hasTools =
    (await context.run.available("version")) && (await context.run.available("list-installed"));
  if (!hasTools || !(await context.files.exists("/var/lib/dpkg/status"))) return { status: "absent" };
  const result = await runWhole(context, "version", {}, call);
  if (result.exitCode !== 0) {
    return {
      status: "unusable",
      reason: `apt-get --version ended with ${result.exitCode}: ${tellingLines(result)}`,
    };
  }
  const limits: Notice[] = context.host.privileged
    ? []
    : [{ code: "NOT_ROOT", message: "Installing needs root: run the agent as root." }];
  return { status: "present", version: /^apt (\S+)/.exec(result.stdout)?.[1] ?? null, limits };
}
