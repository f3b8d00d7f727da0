import { stat } from "node:fs/promises";
import { lockHolder, tryLock } from "../state/file-lock.js";
import { defaultStateFolder, openStateFolder, type StateFolder } from "../state/state-folder.js";
import type { CliContext } from "./cli-context.js";

/** The state folder, without making one. */
export async function findFolder(context: CliContext): Promise<StateFolder | undefined> {
  const { platform, uid, home, env } = context.facts;
  const facts = { platform, uid, home, xdgStateHome: env["XDG_STATE_HOME"], programData: env["ProgramData"] };
  const root = context.config().stateDir ?? defaultStateFolder(facts);
  const isThere = await stat(root).then(
    () => true,
    () => false,
  );
  return isThere ? openStateFolder(root, uid) : undefined;
}

/** The number of the process that runs as the agent of this folder; null when none does. */
export function findRunning(folder: StateFolder): string | null {
  const file = folder.lock("agent");
  const lock = tryLock(file);
  if (!lock) return lockHolder(file) ?? "unknown";
  lock.release();
  return null;
}
