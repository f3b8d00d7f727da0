import type { CommandType } from "./commands.events.js";

/** The types that change a machine. Of those of one source an agent has one in hand at a time, in their order. */
const changingTypes = ["INSTALL", "ROLLBACK"] as const satisfies readonly CommandType[];

/** The same as a list in SQL. */
export const CHANGING_TYPES = changingTypes.map((type) => `'${type}'`).join(", ");

/** True for a command that changes a machine. */
export function changesMachine(type: CommandType): boolean {
  return (changingTypes as readonly CommandType[]).includes(type);
}

/** True for a command that changes which versions a machine has. */
export function movesPackages(type: CommandType): type is "INSTALL" | "ROLLBACK" {
  return type === "INSTALL" || type === "ROLLBACK";
}
