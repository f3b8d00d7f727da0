import type { ClaimedCommand, CommandItemInput, CommandResultInput } from "../protocol/operations.js";
import { visibleText } from "../text/visible-text.js";
import { formatTable } from "./table.js";

const OUTCOMES: Readonly<Record<CommandItemInput["outcome"], string>> = {
  SUCCEEDED: "done",
  FAILED: "FAILED",
  SKIPPED: "not done",
};

const RESTARTS: Readonly<Record<NonNullable<CommandResultInput["restart"]>, string>> = {
  NONE: "",
  SERVICE: "Services have to restart.",
  SESSION: "Sessions have to log in anew.",
  SYSTEM: "THE MACHINE HAS TO RESTART.",
  UNKNOWN: "Whether anything has to restart is unknown.",
};

/** How an order ended, for people: every package by what the package database says now. */
export function describeResult(command: ClaimedCommand, result: CommandResultInput): string {
  const rows = (result.items ?? []).map((item) => [
    OUTCOMES[item.outcome],
    item.key,
    item.fromVersion ?? "(none)",
    item.toVersion ?? "(none)",
    item.message ?? "",
  ]);
  const table = rows.length === 0 ? "" : formatTable(["RESULT", "PACKAGE", "BEFORE", "NOW", ""], rows);
  const reasons = (result.restartReasons ?? []).map((reason) => `  ${visibleText(reason, 500)}`);
  const restart = result.restart ? RESTARTS[result.restart] : "";
  return [table, endWords(command, result), restart, ...reasons].filter((part) => part !== "").join("\n");
}

function endWords({ id }: ClaimedCommand, { state, failure }: CommandResultInput): string {
  const why = failure ? ` ${failure.code}: ${visibleText(failure.message, 2_000)}` : "";
  switch (state) {
    case "SUCCEEDED":
      return `Done. Receipt: ${id}`;
    case "PARTIALLY_SUCCEEDED":
      return `Done in part.${why} Receipt: ${id}`;
    case "CANCELLED":
      return "Cancelled; nothing was changed.";
    default:
      return `It FAILED.${why}`;
  }
}
