import { rename } from "node:fs/promises";
import type { DependencyContainer } from "tsyringe";
import { movesPackages } from "../jobs/command-kinds.js";
import type { JournalEntry } from "../journal/journal-entry.js";
import { LOG, RECEIPT_STORE, STATE_FOLDER } from "../tokens.js";
import { secondCommandId } from "./command-id.js";
import { LocalDesk } from "./local-desk.js";
import type { LocalOrder } from "./local-order.js";

/**
 * Keeps the end of a command that the server no longer knows, as after another enrolment, so that it is told like
 * something that was ordered at the machine. Only what may have changed the machine; doing so again changes nothing.
 *
 * @throws the signal's reason when it aborts first.
 */
export async function adoptResult(
  container: DependencyContainer,
  { command, acceptedAt, startedAt, result }: JournalEntry,
  signal: AbortSignal,
): Promise<void> {
  if (!movesPackages(command.type) || startedAt === undefined || !result || result.state === "CANCELLED")
    return;
  const id = secondCommandId(command.id);
  using desk = await LocalDesk.open(container, signal, () => undefined);
  if (desk.journal.find(id)) return;
  const order: LocalOrder = {
    ...command,
    id,
    startedBy: "an earlier enrolment",
    requestedAt: acceptedAt,
    reversibility: null,
  };
  const folder = container.resolve(STATE_FOLDER);
  await rename(folder.output(command.id), folder.output(id)).catch(() => undefined);
  // Under one id only, or it would count as two installations.
  await container
    .resolve(RECEIPT_STORE)
    .rename(command.id, id)
    .catch(() => undefined);
  desk.journal.accept(order);
  desk.journal.start(id);
  desk.journal.finish(id, { ...result, commandId: id, startedAt });
  container
    .resolve(LOG)
    .info("a result of an earlier enrolment is kept", { commandId: command.id, keptAs: id });
}
