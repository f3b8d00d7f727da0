import type {
  AgentRecord,
  CommandRecord,
  EventRecord,
  OperatorRecord,
  PlanRecord,
  TokenRecord,
  UpdateRecord,
} from "./records.js";

/** What a subscription is told. */
export type Signal =
  | { readonly topic: "agent"; readonly agentId: string }
  | { readonly topic: "updates"; readonly ids: readonly string[] }
  | { readonly topic: "scan"; readonly agentId: string }
  | { readonly topic: "command"; readonly commandId: string; readonly lines: CommandRecord["output"] };

/** Everything that the double knows, in memory, and the signals about its changes. */
export class World {
  readonly setupCode = "SETUP-CODE-1";
  readonly agents = new Map<string, AgentRecord>();
  readonly updates = new Map<string, UpdateRecord>();
  readonly plans = new Map<string, PlanRecord>();
  readonly commands = new Map<string, CommandRecord>();
  readonly events: EventRecord[] = [];
  readonly apiTokens = new Map<string, TokenRecord>();
  readonly registrationTokens = new Map<string, TokenRecord>();
  readonly operators = new Map<string, OperatorRecord>();
  /** Session cookie to operator id. */
  readonly sessions = new Map<string, string>();
  /** What each mutation was called with, for tests to look at. */
  readonly calls: { readonly field: string; readonly input: Record<string, unknown> }[] = [];
  /** Called for every new command, so that a test or a demonstration can play the agent. */
  onCommand: (command: CommandRecord) => void = () => undefined;
  readonly #listeners = new Set<(signal: Signal) => void>();
  #counter = 0;

  nextId(prefix: string): string {
    this.#counter += 1;
    return `${prefix}_${String(this.#counter).padStart(8, "0")}`;
  }

  now(): string {
    return new Date().toISOString();
  }

  emit(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  /** Every signal from now on, until the reader stops. */
  async *signals(): AsyncGenerator<Signal> {
    const queue: Signal[] = [];
    let wake: () => void = () => undefined;
    const listener = (signal: Signal) => {
      queue.push(signal);
      wake();
    };
    this.#listeners.add(listener);
    try {
      for (;;) {
        const next = queue.shift();
        if (next) yield next;
        // oxlint-disable-next-line no-await-in-loop -- Waits for the next signal.
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#listeners.delete(listener);
    }
  }

  record(type: string, summary: string, actor: EventRecord["actor"], agentId: string | null): void {
    const id = this.nextId("evt");
    this.events.unshift({ id, sequence: id, type, summary, actor, occurredAt: this.now(), agentId });
  }

  /** Changes updates, and tells whoever follows them. */
  changeUpdates(ids: readonly string[], change: Partial<UpdateRecord>): void {
    for (const id of ids) {
      const update = this.updates.get(id);
      if (update) Object.assign(update, change, { changedAt: this.now() });
    }
    this.emit({ topic: "updates", ids });
  }

  /** Changes a command, adds output, and tells whoever follows it. */
  changeCommand(id: string, change: Partial<CommandRecord>, texts: readonly string[] = []): void {
    const command = this.commands.get(id);
    if (!command) return;
    Object.assign(command, change);
    const first = (command.output.at(-1)?.sequence ?? 0) + 1;
    const lines = texts.map((text, index) => ({ sequence: first + index, occurredAt: this.now(), text }));
    command.output.push(...lines);
    this.emit({ topic: "command", commandId: id, lines });
  }

  /** Queues a command for an agent. */
  addCommand(
    part: Pick<CommandRecord, "agentId" | "type" | "source" | "requestedBy" | "planId"> &
      Partial<Pick<CommandRecord, "updateIds">>,
  ): CommandRecord {
    const agent = this.agents.get(part.agentId);
    const command: CommandRecord = {
      updateIds: [],
      isLocal: false,
      reversibility: null,
      ...part,
      id: this.nextId("cmd"),
      state: "QUEUED",
      waitingReason:
        agent?.state === "ONLINE"
          ? "Waiting for the agent to take it."
          : "The agent has been offline for 3 hours.",
      requestedAt: this.now(),
      claimedAt: null,
      startedAt: null,
      finishedAt: null,
      attempt: 0,
      isCancelRequested: false,
      progress: null,
      items: [],
      failure: null,
      restart: null,
      restartReasons: [],
      rollsBackId: null,
      output: [],
    };
    this.commands.set(command.id, command);
    return command;
  }
}
