import type { CommandHead } from "./commands.sql.js";

/** What every event of a command repeats. */
export function aboutCommand(command: CommandHead) {
  const { id, type, source, planId, updateIds } = command;
  return { commandId: id, type, source, planId, updateIds: [...updateIds] };
}
