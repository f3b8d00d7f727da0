import { isSlotValue, type PendingRestart, type Restart } from "@redflag/plugin-sdk";

import type { AptContext } from "../apt-context.js";
import type { PackageRecord } from "../parse/parse-records.js";

const MARKER = "/run/reboot-required";
const MAX_KEYS = 1000;
const MAX_SHOWN = 5;

/**
 * What an update asks to be restarted, as far as the index tells: a kernel image needs a restart of the machine, except
 * in a container, which has no kernel of its own. Of everything else the index says nothing.
 */
export function restartOf(record: PackageRecord | undefined, isContainer: boolean): Restart {
  const isKernelImage = record?.section?.endsWith("kernel") === true && record.name.startsWith("linux-image");
  if (!isKernelImage) return "unknown";
  return isContainer ? "none" : "system";
}

/** The restart of the machine that packages asked for since it started; null when none did. */
export async function readMarker(context: AptContext): Promise<PendingRestart | null> {
  if (!(await context.files.exists(MARKER))) return null;
  const text = (await context.files.read(`${MARKER}.pkgs`)) ?? "";
  const names = text.split("\n").filter((line) => isSlotValue("debian-package", line));
  const keys = [...new Set(names)].toSorted().slice(0, MAX_KEYS);
  const who = keys.length === 0 ? "A package" : keys.slice(0, MAX_SHOWN).join(", ");
  return {
    kind: "system",
    name: "reboot-required",
    keys,
    reason: `${who} asked for a restart of the machine.`,
  };
}
