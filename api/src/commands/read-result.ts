import { readMoment } from "../scans/read-moment.js";
import { readExactText, readOptionalText } from "../scans/read-text.js";
import { requireId } from "../schema/global-id.js";
import { LimitError, ValidationError } from "../schema/user-errors.js";
import { cleanOptional, cleanReasons, cleanText } from "./clean-text.js";
import { changesMachine } from "./command-kinds.js";
import { ITEM_LIMIT } from "./command-limits.js";
import type { CommandItem, CommandPayload, CommandType, Failure } from "./commands.events.js";
import type { ResolvedPlan } from "./plans-of-commands.js";
import { readNotes, type NotesInput, type ReleaseNotes } from "./read-notes.js";
import { readPlan, type PlanInput } from "./read-plan.js";

type Ended = CommandPayload<"command.finished">["state"];
type Absent = null | undefined;

/** A result as it came. */
export interface ResultInput {
  /** Global id. */
  readonly commandId: string;
  readonly attempt: number;
  readonly state: string;
  readonly startedAt?: Date | Absent;
  readonly finishedAt: Date;
  readonly failure?: Failure | Absent;
  readonly plan?: PlanInput | Absent;
  readonly releaseNotes?: NotesInput | Absent;
  readonly items: readonly ItemInput[];
  readonly restart?: CommandPayload<"command.finished">["restart"] | Absent;
  readonly restartReasons?: readonly string[] | Absent;
  readonly receipt?: string | Absent;
}

/** One package of a result as it came. */
export interface ItemInput {
  readonly key: string;
  readonly name: string;
  readonly architecture?: string | Absent;
  readonly outcome: CommandItem["outcome"];
  readonly fromVersion?: string | Absent;
  readonly toVersion?: string | Absent;
  readonly message?: string | Absent;
}

/** A result, checked and cleaned. */
export interface CommandResult {
  /** Plain uuid. */
  readonly commandId: string;
  readonly attempt: number;
  readonly state: Ended;
  /** By the agent's clock; null when it did not begin. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date;
  readonly failure: Failure | null;
  readonly plan: ResolvedPlan | null;
  readonly releaseNotes: ReleaseNotes | null;
  readonly items: readonly CommandItem[];
  readonly restart: CommandPayload<"command.finished">["restart"];
  readonly restartReasons: readonly string[];
  readonly receipt: string | null;
}

const SHORT = 255;
const LONG = 4000;
const LONGEST_NAME = 1000;
const RECEIPT_BYTES = 1024 * 1024;
const ended: readonly string[] = ["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED"];

/** Checks what can be checked without the command. Throws a DomainError that names the place. */
export function readResult(input: ResultInput): CommandResult {
  if (!ended.includes(input.state)) {
    throw new ValidationError(
      `${input.state} is not the end of a command; send one of ${ended.join(", ")}.`,
      ["input", "state"],
    );
  }
  if (input.items.length > ITEM_LIMIT) {
    const message = `${input.items.length} packages were sent; one result carries at most ${ITEM_LIMIT}.`;
    throw new LimitError(message, ITEM_LIMIT, ["input", "items"]);
  }
  const receipt = input.receipt ?? null;
  if (receipt !== null && Buffer.byteLength(receipt) > RECEIPT_BYTES) {
    throw new LimitError("The receipt is larger than 1 MiB.", RECEIPT_BYTES, ["input", "receipt"]);
  }
  // A command that was cancelled or succeeded has no failure, whatever the agent adds.
  const isFailure = input.state === "FAILED" || input.state === "PARTIALLY_SUCCEEDED";
  const failure = isFailure ? input.failure : null;
  return {
    commandId: requireId("cmd", input.commandId, ["input", "commandId"]),
    attempt: input.attempt,
    state: input.state as Ended,
    startedAt: input.startedAt ? readMoment(input.startedAt, ["input", "startedAt"]) : null,
    finishedAt: readMoment(input.finishedAt, ["input", "finishedAt"]),
    failure: failure
      ? { code: cleanText(failure.code, SHORT), message: cleanText(failure.message, LONG) }
      : null,
    plan: input.plan ? readPlan(input.plan, input.finishedAt) : null,
    releaseNotes: input.releaseNotes ? readNotes(input.releaseNotes) : null,
    items: input.items.map(readItem),
    restart: input.restart ?? null,
    restartReasons: cleanReasons(input.restartReasons),
    receipt: receipt === null ? null : cleanText(receipt, RECEIPT_BYTES),
  };
}

/** Checks what depends on the command's type. Throws {@link ValidationError}. */
export function checkResult(type: CommandType, result: CommandResult): void {
  const isFailure = result.state === "FAILED" || result.state === "PARTIALLY_SUCCEEDED";
  if (isFailure && !result.failure) {
    throw new ValidationError("Say in failure why it did not succeed in full.", ["input", "failure"]);
  }
  if (result.state === "PARTIALLY_SUCCEEDED" && !changesMachine(type)) {
    throw new ValidationError("Only what changes the machine can succeed in part.", ["input", "state"]);
  }
  if (type === "PLAN" && result.state === "SUCCEEDED" && !result.plan) {
    throw new ValidationError("A PLAN that succeeded carries its plan.", ["input", "plan"]);
  }
  if (result.plan && (type !== "PLAN" || result.state !== "SUCCEEDED")) {
    throw new ValidationError("Only a PLAN that succeeded carries a plan.", ["input", "plan"]);
  }
  const hasNotes = type === "RELEASE_NOTES" && result.state === "SUCCEEDED";
  if (hasNotes !== (result.releaseNotes !== null)) {
    const rule = "RELEASE_NOTES that succeeded carry the notes, and nothing else does.";
    throw new ValidationError(rule, ["input", "releaseNotes"]);
  }
}

function readItem(item: ItemInput, index: number): CommandItem {
  const path = ["input", "items", String(index)];
  return {
    key: readExactText(item.key, LONGEST_NAME, [...path, "key"]),
    name: readExactText(item.name, LONGEST_NAME, [...path, "name"]),
    architecture: readOptionalText(item.architecture, LONGEST_NAME, [...path, "architecture"]),
    outcome: item.outcome,
    fromVersion: readOptionalText(item.fromVersion, LONGEST_NAME, [...path, "fromVersion"]),
    toVersion: readOptionalText(item.toVersion, LONGEST_NAME, [...path, "toVersion"]),
    message: cleanOptional(item.message, LONG),
  };
}
