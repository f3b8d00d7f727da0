/** What the program's exit code means; also in its help. */
export const EXIT = {
  ok: 0,
  /** A scan failed or is incomplete, or the agent could not do what was asked. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration or the state folder is wrong, or the machine is not enrolled; starting again changes nothing. */
  configuration: 78,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
