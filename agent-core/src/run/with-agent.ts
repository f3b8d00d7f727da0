import type { DependencyContainer } from "tsyringe";
import { readBootId } from "../exec/process-identity.js";
import { PLUGIN_HOST } from "../plugins/plugin-host.js";
import { removeTemporaryFiles } from "../state/atomic-file.js";
import { lockHolder, tryLock } from "../state/file-lock.js";
import { type BootChange, noteBoot } from "../state/last-boot.js";
import { StateError } from "../state/state-error.js";
import { sweepStateFolder } from "../state/sweep.js";
import { settleOrders } from "../local/settle-orders.js";
import { CLOCK, LOG, STATE_FOLDER } from "../tokens.js";

/**
 * Does something as the one agent of the state folder, and tidies up before and after.
 *
 * @throws StateError when another agent runs in the same folder.
 */
export async function withAgent<Value>(
  container: DependencyContainer,
  body: (boot: BootChange) => Promise<Value>,
): Promise<Value> {
  const folder = container.resolve(STATE_FOLDER);
  const lockFile = folder.lock("agent");
  const lock = tryLock(lockFile);
  if (!lock) {
    throw new StateError(
      `Another agent (process ${lockHolder(lockFile) ?? "unknown"}) already runs in ${folder.root}. Stop it first, or set REDFLAG_AGENT_STATE_DIR to another folder.`,
    );
  }
  const ended = new AbortController();
  try {
    await removeTemporaryFiles(folder.root);
    await sweepStateFolder(folder, container.resolve(CLOCK).now());
    const boot = await noteBoot(folder, readBootId());
    if (boot.isNewBoot) container.resolve(LOG).info("the machine was started anew", { bootId: boot.bootId });
    const settling = settleOrders(container, ended.signal);
    try {
      return await body(boot);
    } finally {
      ended.abort();
      await settling;
    }
  } finally {
    await container.resolve(PLUGIN_HOST).dispose();
    lock.release();
  }
}
