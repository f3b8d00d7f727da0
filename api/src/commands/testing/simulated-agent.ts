import { reportProgress } from "../report-progress.js";
import { reportResult } from "../report-result.js";
import { claimCommands } from "../claim-commands.js";
import type { CommandParts } from "../command-parts.js";
import { ConflictError } from "../../schema/user-errors.js";
import { resultOf } from "./agent-words.js";
import type { EnrolledAgent } from "./fleet.js";

/** Which half of a call to the server gets lost. */
export type Loss = "none" | "request" | "reply";

interface Entry {
  /** How often the machine was changed by it. */
  runs: number;
  result?: "SUCCEEDED" | "CANCELLED";
}

/** An agent that keeps the protocol's rules, with a journal that survives its crashes. */
export class SimulatedAgent {
  readonly #agent: EnrolledAgent;
  /** What was begun, by command. Written before it is begun, as the real one does. */
  readonly journal = new Map<string, Entry>();
  /** The attempt of each command in hand; forgotten in a crash. */
  readonly hand = new Map<string, number>();

  constructor(agent: EnrolledAgent) {
    this.#agent = agent;
  }

  crash(): void {
    this.hand.clear();
  }

  async claim(parts: CommandParts, loss: Loss): Promise<void> {
    if (loss === "request") return;
    const commands = await claimCommands(parts, this.#agent.caller, 10);
    if (loss === "reply") return;
    for (const { id, attempt } of commands) this.hand.set(id, attempt);
  }

  /** Says that it begins what it has not begun yet, and begins unless it hears that it should stop. */
  async begin(parts: CommandParts, loss: Loss, isImpatient: boolean): Promise<void> {
    for (const [id, attempt] of this.hand) {
      const entry = this.journal.get(id);
      const isCancelled = loss === "request" ? undefined : await this.#tell(parts, id, attempt);
      const answer = loss === "none" ? isCancelled : undefined;
      if (entry || isCancelled === "lost") continue;
      if (answer === "stop") this.journal.set(id, { runs: 0, result: "CANCELLED" });
      // Without an answer it asks again later, or begins all the same.
      else if (answer === "go" || isImpatient) this.journal.set(id, { runs: 1 });
    }
  }

  async #tell(parts: CommandParts, id: string, attempt: number): Promise<"go" | "stop" | "lost"> {
    const report = { commandId: `cmd_${id}`, attempt, lines: [] };
    try {
      const { isCancelRequested } = await reportProgress(parts, this.#agent.caller, report, () => {});
      return isCancelRequested ? "stop" : "go";
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      this.hand.delete(id);
      return "lost";
    }
  }

  /** Ends what is begun and tells how, also what was told before. */
  async finish(parts: CommandParts, loss: Loss): Promise<void> {
    for (const [id, attempt] of this.hand) {
      const entry = this.journal.get(id);
      if (!entry) continue;
      entry.result ??= "SUCCEEDED";
      if (loss === "request") continue;
      const startedAt = entry.runs > 0 ? new Date() : null;
      const result = resultOf({ id, attempt }, { state: entry.result, startedAt });
      await reportResult(parts, this.#agent.caller, result);
      if (loss === "none") this.hand.delete(id);
    }
  }
}
