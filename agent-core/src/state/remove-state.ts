import { readdir, rm } from "node:fs/promises";
import { removeTemporaryFiles } from "./atomic-file.js";
import { OWN_NAMES, type StateFolder } from "./state-folder.js";
import { StateError } from "./state-error.js";

/** Removes all that the agent knows, credentials included. @throws StateError when other things lie there, too */
export async function removeStateFolder(folder: StateFolder): Promise<void> {
  await removeTemporaryFiles(folder.root);
  const names = await readdir(folder.root);
  const foreign = names.filter((name) => !OWN_NAMES.has(name) && !name.startsWith("journal.log."));
  if (foreign.length > 0) {
    throw new StateError(
      `The state folder ${folder.root} holds other things (${foreign.slice(0, 5).join(", ")}), so it was left as it is. Remove it by hand.`,
    );
  }
  await rm(folder.root, { recursive: true, force: true });
}
