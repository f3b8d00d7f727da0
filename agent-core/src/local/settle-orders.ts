import type { DependencyContainer } from "tsyringe";
import { hasFile } from "../state/atomic-file.js";
import { LOG, STATE_FOLDER } from "../tokens.js";
import { LocalDesk } from "./local-desk.js";

/**
 * Looks at what became of orders whose process ended in the middle; nothing is run again.
 *
 * @returns the desk, to be disposed of; undefined when nothing was ever ordered here or another process has the desk.
 */
export async function settleOrders(
  container: DependencyContainer,
  signal: AbortSignal,
): Promise<LocalDesk | undefined> {
  if (!(await hasFile(container.resolve(STATE_FOLDER).localJournal))) return undefined;
  const desk = await LocalDesk.tryOpen(container);
  if (!desk || desk.interrupted.length === 0) return desk;
  const commandIds = desk.interrupted.map(({ command }) => command.id).join(" ");
  container.resolve(LOG).info("orders of this machine were interrupted", { commandIds });
  try {
    await desk.settle(signal);
    return desk;
  } catch (error) {
    desk[Symbol.dispose]();
    throw error;
  }
}
