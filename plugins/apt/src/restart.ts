import type { Restart } from "@redflag/plugin-sdk";

import type { AptContext } from "./apt-context.js";
import type { PackageRecord } from "./parse-records.js";

const MARKER = "/run/reboot-required";

/**
 * What an update asks to be restarted, as far as the index tells: a kernel image needs a restart of the machine, except
 * in a container, which has no kernel of its own. Of everything else the index says nothing.
 */
export function restartOf(record: PackageRecord | undefined, isContainer: boolean): Restart {
  const isKernelImage = record?.section?.endsWith("kernel") === true && record.name.startsWith("linux-image");
  if (!isKernelImage) return "unknown";
  return isContainer ? "none" : "system";
}

/** True if a package has asked for a restart of the machine since it started. */
export async function isRestartPending(context: AptContext): Promise<boolean> {
  return context.files.exists(MARKER);
}
