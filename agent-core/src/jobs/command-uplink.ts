import type { ClaimedCommand, ProgressInput } from "../protocol/operations.js";

/** How a job tells the server. All of it survives an absent server, except that `begin` waits for it. */
export interface CommandUplink {
  /** Says that a command begins. "lost": the server gave it to somebody else, ended it, or cannot be asked in time. */
  begin(command: ClaimedCommand, signal: AbortSignal): Promise<"begun" | "lost">;
  progress(command: ClaimedCommand, progress: ProgressInput): void;
  line(command: ClaimedCommand, text: string): void;
  /** The lines that were taken so far, by this process or an earlier one. */
  toldLines(commandId: string): readonly string[];
  /** The command waits because another process has its source. */
  waiting(command: ClaimedCommand): void;
  /** The journal holds the command's result: tell it until the server knows it. */
  finished(commandId: string): void;
  /** The server handed a command over again; what is said from now on carries the new attempt. */
  adopted(commandId: string): void;
  /** A scan was made that the server did not ask for. */
  scanned(): void;
}
