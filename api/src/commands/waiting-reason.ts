import { durationInWords } from "../duration-in-words.js";
import type { CommandState } from "./command-states.js";
import { MAX_ATTEMPTS } from "./command-limits.js";

/** What a person wants to know of a command that does not move. */
export interface WaitingCommand {
  readonly state: CommandState;
  readonly attempt: number;
  readonly isCancelRequested: boolean;
  /** Another command that changes packages of the same source is older or in the agent's hand. */
  readonly isBehindChange: boolean;
  /** Since when the agent has been silent, in seconds. Null: it has never been heard of. */
  readonly silentSeconds: number | null;
  /** From how many seconds of silence on the agent counts as offline. */
  readonly offlineAfterSeconds: number;
}

/** What a command waits for, in one sentence for people; null when it does not wait. */
export function waitingReason(command: WaitingCommand): string | null {
  switch (command.state) {
    case "QUEUED":
      return silence(command) ?? queue(command);
    case "CLAIMED":
      return silence(command) ?? "The agent has taken it and has not begun yet.";
    case "RUNNING":
      return command.isCancelRequested ? "Waiting for the agent to stop." : silence(command);
    default:
      return null;
  }
}

function silence({ silentSeconds, offlineAfterSeconds }: WaitingCommand): string | null {
  if (silentSeconds === null) return "The agent has not been heard of yet.";
  if (silentSeconds < offlineAfterSeconds) return null;
  return `The agent has been offline for ${durationInWords(silentSeconds)}.`;
}

function queue(command: WaitingCommand): string {
  if (command.isBehindChange) return "Another command that changes this machine comes first.";
  if (command.attempt === 0) return "Waiting for the agent to answer.";
  return `The agent went silent while it had this in hand; attempt ${command.attempt + 1} of ${MAX_ATTEMPTS} waits for it.`;
}
