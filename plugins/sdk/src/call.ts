/** What a log line may carry beside its message. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Structured log. Messages are static text; whatever varies goes into the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The circumstances of one call of a source. */
export interface Call {
  /** Aborted when the caller cancels or the deadline passes. Pass it on by passing the call on. */
  readonly signal: AbortSignal;
  /** When the host gives up on this call: milliseconds since the epoch, by the host's clock. */
  readonly deadline: number;
  /** Already scoped to plugin and run. */
  readonly log: Log;
  /** Names this call in logs and evidence. */
  readonly runId: string;
}
