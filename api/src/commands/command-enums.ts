import { registerEnumType } from "type-graphql";
import type { CommandState as StateWord } from "./command-states.js";
import type { PlannedReversibility } from "./plans-of-commands.js";
import type { CommandItem, CommandType as TypeWord } from "./commands.events.js";

/** The enum `CommandType`. */
export const CommandType = {
  SCAN: "SCAN",
  PLAN: "PLAN",
  INSTALL: "INSTALL",
  RELEASE_NOTES: "RELEASE_NOTES",
  HOLD: "HOLD",
  RELEASE: "RELEASE",
  ROLLBACK: "ROLLBACK",
} as const satisfies Record<TypeWord, TypeWord>;

/** The enum `CommandState`. */
export const CommandState = {
  QUEUED: "QUEUED",
  CLAIMED: "CLAIMED",
  RUNNING: "RUNNING",
  SUCCEEDED: "SUCCEEDED",
  PARTIALLY_SUCCEEDED: "PARTIALLY_SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
  EXPIRED: "EXPIRED",
} as const satisfies Record<StateWord, StateWord>;

/** The enum `ItemOutcome`. */
export const ItemOutcome = {
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  SKIPPED: "SKIPPED",
} as const satisfies Record<CommandItem["outcome"], CommandItem["outcome"]>;

/** The enum `ReversibilityLevel`. */
export const ReversibilityLevel = {
  REVERSIBLE: "REVERSIBLE",
  PARTLY: "PARTLY",
  NOT: "NOT",
} as const satisfies Record<PlannedReversibility["level"], PlannedReversibility["level"]>;

registerEnumType(CommandType, { name: "CommandType" });
registerEnumType(CommandState, { name: "CommandState" });
registerEnumType(ItemOutcome, { name: "ItemOutcome" });
registerEnumType(ReversibilityLevel, { name: "ReversibilityLevel" });
