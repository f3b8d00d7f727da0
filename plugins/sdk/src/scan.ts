import type { PluginErrorCode } from "./errors.js";
import type { MachineHold } from "./hold.js";

/** What an update is for. Only ever from the ecosystem's own data, never guessed from a name. */
export type UpdateKind = "security" | "bugfix" | "enhancement" | "other";

/** How bad the flaw is that an update closes, by the ecosystem's own advisories; otherwise `unknown`. */
export type Severity = "critical" | "high" | "medium" | "low" | "unknown";

/** What must be restarted for an update to take effect. */
export type Restart = "none" | "service" | "session" | "system" | "unknown";

/** Whether this machine has what the source looks after. */
export type Detection =
  | {
      readonly status: "present";
      /** Version of the package manager, for people. */
      readonly version: string | null;
      /** What will not work on this machine, for example installing without root. */
      readonly limits: readonly Notice[];
    }
  | { readonly status: "absent" }
  | { readonly status: "unusable"; readonly reason: string };

/** Something that a person should know, with a stable code for scripts. */
export interface Notice {
  /** UPPER_SNAKE_CASE, unique per plugin. */
  readonly code: string;
  readonly message: string;
  /** The update it is about, if any. */
  readonly key?: string;
}

/** How to scan. */
export interface ScanRequest {
  /** Fetch the index of available packages first. Without it the scan must not touch the network. */
  readonly refresh: boolean;
}

/**
 * What one scan found.
 *
 * An empty list with `complete: true` is the claim "this machine is up to date". Whoever cannot make that claim throws
 * a {@link PluginError} (nothing is known) or returns `complete: false` and says in `incomplete` what is missing.
 */
export interface ScanReport {
  readonly items: readonly UpdateItem[];
  /** True only if `items` is everything that is pending. A partial report never closes an update. */
  readonly complete: boolean;
  /** Why the report is not complete; required exactly when `complete` is false. */
  readonly incomplete?: { readonly code: PluginErrorCode; readonly message: string };
  /** Age of the index that the answer rests on. */
  readonly indexAgeSeconds?: number;
  /** The machine waits for a restart because of earlier updates. Absent when unknown. */
  readonly restartPending?: boolean;
  /**
   * What still runs from before earlier updates. Absent when that is not known; empty when everything was looked at and
   * nothing has to restart. At most 500.
   */
  readonly pendingRestarts?: readonly PendingRestart[];
  readonly warnings: readonly Notice[];
}

/** Something that must restart before installed versions are in use. */
export interface PendingRestart {
  readonly kind: "service" | "session" | "system";
  /** The unit, the program or the kernel: `ssh.service`. Unique within its kind. */
  readonly name: string;
  /** Keys of the packages whose installed versions are not in use until then. At most 1000. */
  readonly keys: readonly string[];
  /** Why, one sentence for people. The same as long as the cause is the same: no process ids, no times. */
  readonly reason: string;
}

/** A newer version of one package. */
export interface UpdateItem {
  /** Unique within the source and stable between scans: names the package, not the version. */
  readonly key: string;
  readonly name: string;
  readonly arch?: string;
  /** null when nothing is installed yet, for a package that an upgrade would bring in. */
  readonly installed: string | null;
  /** Always different from `installed`. */
  readonly candidate: string;
  /** Where the candidate comes from, for people: `Debian-Security:12/stable-security`. */
  readonly origin?: string;
  readonly kind: UpdateKind;
  readonly severity: Severity;
  /** Ids such as `CVE-2026-1234` or `DSA-5999-1`. */
  readonly advisories: readonly string[];
  /** What would be downloaded for this item. */
  readonly sizeBytes?: number;
  /** What keeps this package back on the machine; it is then listed but must not be planned. Absent or empty: nothing. */
  readonly heldBy?: readonly MachineHold[];
  readonly restart: Restart;
  /**
   * Why the package manager's own upgrade would leave it out although nobody holds it, in a sentence for people. It can
   * be planned all the same. At most 1000 characters.
   */
  readonly keptBackReason?: string;
  readonly releaseNotesUrl?: string;
  /** More facts for people, shown as they are. At most 4 KiB. */
  readonly details?: Readonly<Record<string, string>>;
}
