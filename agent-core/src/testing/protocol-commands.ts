import type {
  ClaimedCommand,
  CommandResultInput,
  OutputLineInput,
  ProgressInput,
} from "../protocol/operations.js";

/** One command as the test server keeps it. */
export interface ServerCommand {
  command: ClaimedCommand;
  state: "QUEUED" | "CLAIMED" | "RUNNING" | CommandResultInput["state"];
  isCancelRequested: boolean;
  readonly progress: ProgressInput[];
  readonly lines: Map<number, OutputLineInput>;
  result?: CommandResultInput;
  /** How often a result was sent. */
  resultCount: number;
}

interface ProgressReport {
  readonly commandId: string;
  readonly attempt: number;
  readonly progress?: ProgressInput | null;
  readonly lines?: OutputLineInput[] | null;
}

const error = (__typename: string, code: string, message: string) => ({
  __typename,
  code,
  message,
  path: null,
});

/** The server's side of commands: queue, leases, attempts, progress and results, as the protocol has it. */
export class ProtocolCommands {
  readonly all = new Map<string, ServerCommand>();

  enqueue(command: ClaimedCommand): void {
    this.all.set(command.id, {
      command: { ...command, attempt: 0 },
      state: "QUEUED",
      isCancelRequested: false,
      progress: [],
      lines: new Map(),
      resultCount: 0,
    });
  }

  get(id: string): ServerCommand {
    const found = this.all.get(id);
    if (!found) throw new Error(`no command ${id}`);
    return found;
  }

  get hasQueued(): boolean {
    return [...this.all.values()].some((one) => one.state === "QUEUED");
  }

  /** Takes the lease away, as when the agent was silent for too long. */
  loseLease(id: string): void {
    this.get(id).state = "QUEUED";
  }

  cancelled(ids: readonly string[]): string[] {
    return ids.filter((id) => this.all.get(id)?.isCancelRequested);
  }

  claim(first: number): ClaimedCommand[] {
    const queued = [...this.all.values()].filter((one) => one.state === "QUEUED").slice(0, first);
    return queued.map((one) => {
      one.state = "CLAIMED";
      one.command = { ...one.command, attempt: one.command.attempt + 1 };
      return one.command;
    });
  }

  progress(input: ProgressReport) {
    const one = this.all.get(input.commandId);
    const isInHand = one && ["CLAIMED", "RUNNING"].includes(one.state);
    if (!one || !isInHand || one.command.attempt !== input.attempt) {
      const errors = [error("ConflictError", "CONFLICT", "The command is not in this attempt's hand.")];
      return { isCancelRequested: false, leaseSeconds: 120, errors };
    }
    one.state = "RUNNING";
    one.command = { ...one.command, startedAt: one.command.startedAt ?? new Date().toISOString() };
    if (input.progress) one.progress.push(input.progress);
    for (const line of input.lines ?? [])
      if (!one.lines.has(line.sequence)) one.lines.set(line.sequence, line);
    return { isCancelRequested: one.isCancelRequested, leaseSeconds: 120, errors: [] };
  }

  result(input: CommandResultInput) {
    const one = this.all.get(input.commandId);
    if (!one)
      return {
        isAccepted: false,
        errors: [error("NotFoundError", "NOT_FOUND", "There is no such command.")],
      };
    one.resultCount += 1;
    const isAccepted = one.result === undefined && one.command.attempt === input.attempt;
    if (isAccepted) {
      one.result = input;
      one.state = input.state;
    }
    return { isAccepted, errors: [] };
  }
}
