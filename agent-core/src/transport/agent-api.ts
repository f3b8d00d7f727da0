import type { VariablesOf } from "gql.tada";
import {
  CHECK_IN,
  CLAIM_COMMANDS,
  type ClaimedCommand,
  type CommandResultInput,
  REPORT_PROGRESS,
  REPORT_RESULT,
  REPORT_SCAN,
  type ScanReportInput,
} from "../protocol/operations.js";
import { type LocalCommandInput, REPORT_LOCAL_COMMAND } from "../protocol/report-local-command.js";
import type { Session } from "./session.js";
import { TransportError } from "./transport-error.js";

interface PayloadError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
}

/** What the server says to progress. */
export type ProgressAnswer =
  | { readonly kind: "noted"; readonly isCancelRequested: boolean; readonly leaseSeconds: number }
  /** The command is no longer in this attempt's hand. */
  | { readonly kind: "lost"; readonly reason: string };

const MOST_CLAIMED = 10;

/** The agent's operations. @throws TransportError, NotRegisteredError */
export class AgentApi {
  constructor(readonly session: Session) {}

  async checkIn(input: VariablesOf<typeof CHECK_IN>["input"], signal: AbortSignal) {
    const { checkIn } = await this.session.send(CHECK_IN, { input }, signal);
    refuseErrors("The check-in", checkIn.errors);
    return checkIn;
  }

  async reportScan(input: ScanReportInput, signal: AbortSignal): Promise<void> {
    const { reportScan } = await this.session.send(REPORT_SCAN, { input }, signal);
    refuseErrors(`The scan of ${input.source}`, reportScan.errors);
  }

  async claim(signal: AbortSignal): Promise<readonly ClaimedCommand[]> {
    const variables = { input: { first: MOST_CLAIMED } };
    const { claimCommands } = await this.session.send(CLAIM_COMMANDS, variables, signal);
    refuseErrors("The claim", claimCommands.errors);
    return claimCommands.commands;
  }

  async reportProgress(
    input: VariablesOf<typeof REPORT_PROGRESS>["input"],
    signal: AbortSignal,
  ): Promise<ProgressAnswer> {
    const { reportProgress } = await this.session.send(REPORT_PROGRESS, { input }, signal);
    const { errors, isCancelRequested, leaseSeconds } = reportProgress;
    const [first] = errors;
    if (!first) return { kind: "noted", isCancelRequested, leaseSeconds };
    if (first.code === "INVALID" || first.code === "LIMIT_EXCEEDED") refuseErrors("The progress", errors);
    return { kind: "lost", reason: first.message };
  }

  /** Whether this attempt's result became the command's state. */
  async reportResult(input: CommandResultInput, signal: AbortSignal): Promise<boolean> {
    const { reportResult } = await this.session.send(REPORT_RESULT, { input }, signal);
    refuseErrors(`The result of ${input.commandId}`, reportResult.errors);
    return reportResult.isAccepted;
  }

  /** Repeating it changes nothing. */
  async reportLocalCommand(input: LocalCommandInput, signal: AbortSignal): Promise<void> {
    const { reportLocalCommand } = await this.session.send(REPORT_LOCAL_COMMAND, { input }, signal);
    refuseErrors(`The local command ${input.commandId}`, reportLocalCommand.errors);
  }
}

function refuseErrors(what: string, errors: readonly PayloadError[]): void {
  const [first] = errors;
  if (!first) return;
  const place = first.path ? ` at ${first.path.join(".")}` : "";
  const code = first.code === "NOT_FOUND" ? "NOT_FOUND" : "REFUSED";
  throw new TransportError(code, `${what} is refused${place}: ${first.message}`);
}
