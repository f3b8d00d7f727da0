import type { Call } from "./call.js";

/** What a process belongs to, and therefore what has to be restarted to renew it. */
export interface ProcessUnit {
  /** `service`: a unit of the system, or a program of no unit · `session`: a user's · `system`: the machine as a whole. */
  readonly kind: "service" | "session" | "system";
  /** `ssh.service`, `user-1000.slice`, or the program's name when it belongs to no unit. */
  readonly name: string;
}

/** A process that runs code of files that were replaced or deleted after it had loaded them. */
export interface OutdatedProcess {
  readonly pid: number;
  /** The program's name, as the kernel shortens it. */
  readonly name: string;
  /** Absolute paths of those files as they were when they were loaded, sorted. */
  readonly files: readonly string[];
  readonly unit: ProcessUnit;
}

/** What was found. */
export interface OutdatedProcesses {
  readonly processes: readonly OutdatedProcess[];
  /** False when some processes could not be looked at, for example those of other users. */
  readonly complete: boolean;
}

/** The processes of this machine; only for plugins whose manifest says `processes`. */
export interface Processes {
  /**
   * Which processes run code that is no longer on the disk. Processes of containers are left out. Costs some milliseconds
   * for each hundred processes, so ask only after packages changed.
   *
   * @throws PluginError `PERMISSION_DENIED` when the manifest does not say `processes`, `CANCELLED`
   */
  findOutdated(call: Call): Promise<OutdatedProcesses>;
}
