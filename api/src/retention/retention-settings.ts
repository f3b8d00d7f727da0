/** How long things are kept, in days; 0 keeps them for ever. */
export interface RetentionSettings {
  /** The log, and with it what has ended: closed updates, ended commands, their plans and receipts. */
  readonly eventDays: number;
  /** Scans that newer ones have replaced. */
  readonly scanDays: number;
  /** Output, progress and late results of ended commands. */
  readonly outputDays: number;
}
