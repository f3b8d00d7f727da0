import type { ClaimedCommand } from "../protocol/operations.js";

type CommandType = ClaimedCommand["type"];

/** True for a command that sets or takes away the package manager's own holds. Carrying it out again does no harm. */
export function setsMarks(type: CommandType): type is "HOLD" | "RELEASE" {
  return type === "HOLD" || type === "RELEASE";
}

/** True for a command that changes which versions the machine has. Nothing of it is ever carried out twice. */
export function movesPackages(type: CommandType): type is "INSTALL" | "ROLLBACK" {
  return type === "INSTALL" || type === "ROLLBACK";
}

/** True for a command that changes the machine: it begins only when the server says that it still stands. */
export function changesMachine(type: CommandType): boolean {
  return movesPackages(type) || setsMarks(type);
}
