import { readFileIfThere, writeFileAtomically } from "./atomic-file.js";
import type { StateFolder } from "./state-folder.js";

/** Between two starts of the agent, as far as can be told. */
export interface BootChange {
  /** Names the present run of the machine; null where it is not known. */
  readonly bootId: string | null;
  /** True if the machine was started anew since the agent last ran; false when that is not known. */
  readonly isNewBoot: boolean;
}

/** Notes in which run of the machine the agent works, and tells whether it is another than last time. */
export async function noteBoot(folder: StateFolder, bootId: string | null): Promise<BootChange> {
  const before = await readBefore(folder.lastBoot);
  if (bootId !== null && before !== bootId) {
    await writeFileAtomically(folder.lastBoot, `${JSON.stringify({ version: 1, bootId })}\n`);
  }
  return { bootId, isNewBoot: bootId !== null && before !== undefined && before !== bootId };
}

/** Undefined when it was never noted, or what was noted cannot be read: then nothing is said about the time before. */
async function readBefore(file: string): Promise<string | undefined> {
  try {
    const { bootId } = JSON.parse((await readFileIfThere(file)) ?? "{}") as { bootId?: unknown };
    return typeof bootId === "string" ? bootId : undefined;
  } catch {
    return undefined;
  }
}
