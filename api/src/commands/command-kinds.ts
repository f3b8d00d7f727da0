import type { CommandType } from "./commands.events.js";

/** The types that change a machine. Of those of one source an agent has one in hand at a time, in their order. */
export const changingTypes = [
  "INSTALL",
  "ROLLBACK",
  "HOLD",
  "RELEASE",
] as const satisfies readonly CommandType[];

/** The same as a list in SQL. */
export const CHANGING_TYPES = changingTypes.map((type) => `'${type}'`).join(", ");

/** True for a command that changes a machine. */
export function changesMachine(type: CommandType): boolean {
  return (changingTypes as readonly CommandType[]).includes(type);
}

/** True for a command about the package manager's own holds. */
export function setsMarks(type: CommandType): type is "HOLD" | "RELEASE" {
  return type === "HOLD" || type === "RELEASE";
}

/** True for a command that changes which versions a machine has. */
export function movesPackages(type: CommandType): type is "INSTALL" | "ROLLBACK" {
  return type === "INSTALL" || type === "ROLLBACK";
}
