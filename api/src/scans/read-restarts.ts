import { cleanText } from "../agents/clean-text.js";
import { LimitError, ValidationError, type ErrorPath } from "../schema/user-errors.js";
import { readExactText } from "./read-text.js";
import { reportLimits } from "./report-limits.js";
import type { PendingRestart, ScanStatus } from "./scans.events.js";
import type { PendingRestartInput } from "./scans.inputs.js";

const PATH: ErrorPath = ["input", "pendingRestarts"];

/**
 * Checks what must restart; null when the agent does not know, as after a scan that came to nothing. Throws {@link LimitError} when it is too much and
 * {@link ValidationError} at the place that breaks a rule: a list that is cut would tell of a package that nothing waits
 * for it.
 */
export function readRestarts(
  status: ScanStatus,
  restarts: readonly PendingRestartInput[] | null | undefined,
): PendingRestart[] | null {
  if (restarts == null || status === "FAILED" || status === "UNSUPPORTED") return null;
  requireFew(restarts.length, reportLimits.restarts, PATH);
  const seen = new Set<string>();
  return restarts.map((input, index) => {
    const path = [...PATH, String(index)];
    const restart = readRestart(input, path);
    const id = `${restart.kind} ${restart.name}`;
    if (seen.size === seen.add(id).size) {
      throw new ValidationError(`The restart of ${restart.name} is listed twice.`, [...path, "name"]);
    }
    return restart;
  });
}

function readRestart(input: PendingRestartInput, path: ErrorPath): PendingRestart {
  const { kind } = input;
  if (kind !== "SERVICE" && kind !== "SESSION" && kind !== "SYSTEM") {
    throw new ValidationError("Only a SERVICE, a SESSION or the SYSTEM can wait.", [...path, "kind"]);
  }
  requireFew(input.keys.length, reportLimits.restartKeys, [...path, "keys"]);
  return {
    kind,
    name: readExactText(input.name, reportLimits.nameLength, [...path, "name"]),
    keys: input.keys.map((key, index) =>
      readExactText(key, reportLimits.keyLength, [...path, "keys", String(index)]),
    ),
    reason: cleanText(input.reason, reportLimits.reasonLength) ?? "The agent did not say why.",
  };
}

function requireFew(count: number, limit: number, path: ErrorPath): void {
  if (count <= limit) return;
  throw new LimitError(`${count} entries were reported; at most ${limit} are allowed.`, limit, path);
}
