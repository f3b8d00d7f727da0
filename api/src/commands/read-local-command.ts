import { requireSourceName } from "../agents/source-name.js";
import { readMoment } from "../scans/read-moment.js";
import { readExactText } from "../scans/read-text.js";
import { requireId } from "../schema/global-id.js";
import { LimitError, ValidationError } from "../schema/user-errors.js";
import { cleanText } from "./clean-text.js";
import { movesPackages } from "./command-kinds.js";
import { ITEM_LIMIT } from "./command-limits.js";
import type { CommandType } from "./commands.events.js";
import type { PlannedReversibility } from "./plans-of-commands.js";
import type { OutputLine } from "./progress.sql.js";
import { readLines } from "./read-lines.js";
import { readReversibility } from "./read-plan.js";
import { checkResult, readResult, type CommandResult, type ResultInput } from "./read-result.js";

/** What an agent tells of something that somebody at its machine ordered, as it came. */
export interface LocalCommandInput extends Omit<ResultInput, "attempt" | "plan"> {
  readonly type: CommandType;
  readonly source: string;
  readonly startedBy: string;
  readonly requestedAt: Date;
  /** Global id. ROLLBACK only. */
  readonly rollsBack?: string | null | undefined;
  readonly wanted: readonly Wanted[];
  /** INSTALL only. */
  readonly reversibility?: PlannedReversibility | null | undefined;
  readonly lines: readonly OutputLine[];
}

/** The same, checked and cleaned. */
export interface LocalCommand {
  readonly result: CommandResult;
  readonly type: CommandType;
  readonly source: string;
  /** For people, for example "root at the machine": the server makes it, so that nobody passes for an operator. */
  readonly requestedBy: string;
  /** By the agent's clock. */
  readonly requestedAt: Date;
  /** Plain uuid of the install that a ROLLBACK took back; null for an INSTALL. */
  readonly rollsBack: string | null;
  readonly wanted: readonly Wanted[];
  /** Null when it is not known, and for a ROLLBACK. */
  readonly reversibility: PlannedReversibility | null;
  readonly lines: readonly OutputLine[];
}

/** One update that it was to install. */
export interface Wanted {
  readonly key: string;
  readonly candidateVersion: string;
}

/** What is reported as done without the server happened once, so there was one attempt. */
const ATTEMPT = 1;
const LONGEST_NAME = 1000;
const LONGEST_PERSON = 64;
const VERSION_7 = /^cmd_[0-9a-f]{8}-[0-9a-f]{4}-7/;

/** Checks and cleans it. Throws a DomainError that names the place. */
export function readLocalCommand(input: LocalCommandInput): LocalCommand {
  const { type, source, requestedAt } = input;
  if (!movesPackages(type)) {
    const message = `${type} is nothing that is done without the server; send INSTALL or ROLLBACK.`;
    throw new ValidationError(message, ["input", "type"]);
  }
  if ((type === "ROLLBACK") !== (input.rollsBack != null)) {
    throw new ValidationError("A ROLLBACK names the install that it took back, and nothing else does.", [
      "input",
      "rollsBack",
    ]);
  }
  if (type === "ROLLBACK" && input.reversibility) {
    throw new ValidationError("Only an INSTALL says how far it can be taken back.", [
      "input",
      "reversibility",
    ]);
  }
  if (!VERSION_7.test(input.commandId)) {
    throw new ValidationError("The id must be cmd_ and a UUIDv7.", ["input", "commandId"]);
  }
  requireSourceName(source, ["input", "source"]);
  if (input.wanted.length > ITEM_LIMIT) {
    const message = `${input.wanted.length} updates were sent; at most ${ITEM_LIMIT} are allowed.`;
    throw new LimitError(message, ITEM_LIMIT, ["input", "wanted"]);
  }
  const result = readResult({ ...input, attempt: ATTEMPT, plan: null });
  checkResult(type, result);
  const person = cleanText(input.startedBy, LONGEST_PERSON) || "somebody";
  return {
    result,
    type,
    source,
    requestedBy: `${person} at the machine`,
    requestedAt: readMoment(requestedAt, ["input", "requestedAt"]),
    rollsBack: input.rollsBack == null ? null : requireId("cmd", input.rollsBack, ["input", "rollsBack"]),
    wanted: input.wanted.map(readWanted),
    reversibility: readReversibility(input.reversibility),
    lines: readLines(input.lines),
  };
}

function readWanted({ key, candidateVersion }: Wanted, index: number): Wanted {
  const path = ["input", "wanted", String(index)];
  return {
    key: readExactText(key, LONGEST_NAME, [...path, "key"]),
    candidateVersion: readExactText(candidateVersion, LONGEST_NAME, [...path, "candidateVersion"]),
  };
}
