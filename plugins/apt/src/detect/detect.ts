import type { Call, Detection, Notice } from "@redflag/plugin-sdk";

import { keepIfRoom, runWhole, type AptContext } from "../apt-context.js";
import { tellingLines } from "../parse/classify-failure.js";

const STATUS = "/var/lib/dpkg/status";
const FILE_LISTS = "/var/lib/dpkg/info";
const STATE = "detected";

/** Says whether this machine is looked after by apt and dpkg. */
export async function detect(context: AptContext, call: Call): Promise<Detection> {
  const hasTools =
    (await context.run.available("version")) && (await context.run.available("list-installed"));
  const status = await context.files.stat(STATUS);
  const hasDatabase = status !== null && status.sizeBytes > 0;
  const lost = hasTools && !hasDatabase ? await lostDatabase(context, status !== null) : null;
  if (lost !== null) return { status: "unusable", reason: lost };
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

/** Why a machine without a single package in dpkg's database is not one without apt, and not up to date; else null. */
async function lostDatabase({ config, files }: AptContext, isEmpty: boolean): Promise<string | null> {
  const root = config.rootDir ?? "";
  const database = `dpkg's database ${root}${STATUS} is ${isEmpty ? "empty" : "missing"}`;
  const lists = (await files.list(FILE_LISTS)) ?? [];
  if (lists.some((name) => name.endsWith(".list")))
    return `${database}, though packages were installed: put back ${root}${STATUS}-old, or a copy from ${root}/var/backups.`;
  if (root !== "" && !isEmpty) return `${database}: correct the setting rootDir.`;
  return null;
}

/** What apt said of itself, and the traits that dpkg's database had then. */
interface Answer {
  readonly installed: string;
  readonly version: string | null;
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "installed" in value && "version" in value;
}
