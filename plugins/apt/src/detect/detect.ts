import type { Call, Detection, Notice } from "@redflag/plugin-sdk";

import { keepIfRoom, runWhole, type AptContext } from "../apt-context.js";
import { tellingLines } from "../parse/classify-failure.js";

const STATUS = "/var/lib/dpkg/status";
const STATE = "detected";

/** Says whether this machine is looked after by apt and dpkg. */
export async function detect(context: AptContext, call: Call): Promise<Detection> {
  const hasTools =
    (await context.run.available("version")) && (await context.run.available("list-installed"));
  const status = await context.files.stat(STATUS);
  if (!hasTools || status === null) return { status: "absent" };
  const limits: Notice[] = context.host.privileged
    ? []
    : [{ code: "NOT_ROOT", message: "Installing needs root: run the agent as root." }];
  // dpkg itself put apt there: while its database is the same file, so is apt, which need not be started to tell.
  const installed = `${status.modifiedAt} ${status.sizeBytes}`;
  const known = await context.state.get(STATE);
  if (isAnswer(known) && known.installed === installed)
    return { status: "present", version: known.version, limits };
  const result = await runWhole(context, "version", {}, call);
  if (result.exitCode !== 0) {
    return {
      status: "unusable",
      reason: `apt-get --version ended with ${result.exitCode}: ${tellingLines(result)}`,
    };
  }
  const version = /^apt (\S+)/.exec(result.stdout)?.[1] ?? null;
  await keepIfRoom(context, STATE, { installed, version });
  return { status: "present", version, limits };
}

/** What apt said of itself, and the traits that dpkg's database had then. */
interface Answer {
  readonly installed: string;
  readonly version: string | null;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "installed" in value && "version" in value;
}
