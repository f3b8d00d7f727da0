/** Who did it. `name` is what people read; `id` is the prefixed id, absent for the system itself. */
export interface Actor {
  readonly kind: "operator" | "api-token" | "agent" | "system";
  readonly id: string | null;
  readonly name: string | null;
}

/** The server acting by itself: deadlines, reconciliation, start. */
export const systemActor: Actor = { kind: "system", id: null, name: null };

/** An event on its way into the log. `payload` is JSON as it will be stored. */
export interface NewEvent {
  readonly type: string;
  readonly payload: unknown;
}

/** One immutable line of what happened. */
export interface RecordedEvent<Payload = unknown> {
  /** UUIDv7, plain; the API shows it with the prefix `evt_`. */
  readonly id: string;
  /** What it happened to: `agent:<uuid>`, `operator:<uuid>` … */
  readonly stream: string;
  /** Position in its stream, 1, 2, 3 … without gaps. */
  readonly sequence: number;
  readonly type: string;
  readonly payload: Payload;
  readonly actor: Actor;
  readonly at: Date;
}
