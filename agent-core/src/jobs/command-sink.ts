import type { CommandResultInput, ProgressInput } from "../protocol/operations.js";

/** Where a running command tells how it comes along. Neither method waits or fails. */
export interface CommandSink {
  progress(progress: ProgressInput): void;
  line(text: string): void;
}

/** How a command ended, without what names it. */
export type CommandOutcome = Omit<CommandResultInput, "commandId" | "attempt" | "startedAt" | "finishedAt">;
