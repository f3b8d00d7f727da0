/** One line of structured log: fields first, then the sentence (pino's order). */
export type LogLine = (fields: object, message: string) => void;

/** The part of a pino logger that the database and event rooms use; any pino `Logger` fits. */
export interface Log {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}
