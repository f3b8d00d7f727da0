import type { DependencyContainer } from "tsyringe";
import { hasFile } from "../state/atomic-file.js";
import { LOG, STATE_FOLDER } from "../tokens.js";
import { LocalDesk } from "./local-desk.js";

/** The desk, to be disposed of; undefined when nothing was ever ordered here or another process has it. */
export async function openUsedDesk(container: DependencyContainer): Promise<LocalDesk | undefined> {
  if (!(await hasFile(container.resolve(STATE_FOLDER).localJournal))) return undefined;
  return LocalDesk.tryOpen(container);
}

/**
 * Looks at what became of orders whose process ended in the middle; nothing is run again. That may take as long as a
 * package manager is at work, so nothing else is to wait for it. Never throws: what is not settled is by the next agent.
 */
export async function settleOrders(container: DependencyContainer, signal: AbortSignal): Promise<void> {
  const log = container.resolve(LOG);
  try {
    using desk = await openUsedDesk(container);
    if (!desk || desk.interrupted.length === 0) return;
    const commandIds = desk.interrupted.map(({ command }) => command.id).join(" ");
    log.info("orders of this machine were interrupted", { commandIds });
    await desk.settle(signal);
  } catch (error) {
    log.error("interrupted orders were not looked at", { reason: String(error) });
  }
}
