import type { Restarts } from "./plan.js";

/** How one package fared, judged by asking the package database, never by an exit code. */
export type ItemOutcome =
  /** The version of the plan is installed and configured. */
  | "installed"
  /** Gone, as the plan said. */
  | "removed"
  /** Nothing changed. */
  | "unchanged"
  /** Something changed, but not to the state that the plan said. */
  | "failed";

/** One package's line of a {@link Receipt}. */
export interface ReceiptItem {
  readonly key: string;
  readonly name: string;
  readonly arch?: string;
  /** Installed before; null for none. */
  readonly fromVersion: string | null;
  /** Installed after, whatever the plan said; null for none, and when it cannot be told, as `message` then says. */
  readonly toVersion: string | null;
  /** Why the package was part of the transaction. */
  readonly role: "selected" | "also-installed" | "also-removed";
  readonly outcome: ItemOutcome;
  /** Why it failed or did not change, or what else to know of it, such as a configuration file that was kept. */
  readonly message?: string;
}

/** What an installation did: the proof that goes into the journal, and the input of a rollback. */
export interface Receipt {
  readonly planId: string;
  readonly planDigest: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  /** `succeeded`: every item is as planned. `failed`: none is. `partial`: some are. */
  readonly outcome: "succeeded" | "partial" | "failed";
  readonly items: readonly ReceiptItem[];
  /** Opaque to everybody but the plugin; handed to `rollback` unchanged. At most 64 KiB. */
  readonly token: string;
}

/**
 * What an installation or a rollback tells while it runs. Grammar: any number of events, the first a `phase`, and exactly one
 * `finished`, last. An iterable that throws a {@link PluginError} instead promises that nothing was installed, upgraded
 * or removed; whoever changed anything ends in `finished`, whose receipt says what.
 */
export type InstallEvent =
  | {
      readonly type: "phase";
      readonly phase: "resolve" | "download" | "commit" | "check";
      /** An abort takes effect at once; otherwise it is noted and the phase runs to its end. */
      readonly cancellable: boolean;
    }
  | {
      readonly type: "progress";
      /** 0 to 100 over all phases; never falls. */
      readonly percent: number;
      /** The package at work. */
      readonly key?: string;
      /** For people, in the words of the tool. */
      readonly message?: string;
    }
  | ({ readonly type: "item" } & ReceiptItem)
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly line: string }
  | { readonly type: "finished"; readonly receipt: Receipt; readonly restart: Restarts };

/** What is installed now, against what the plan said. */
export interface Verification {
  readonly key: string;
  /** `broken`: the version is there but not configured, or its state is an error. */
  readonly state: "installed" | "other-version" | "absent" | "removed" | "still-installed" | "broken";
  /** True if the state is what the plan said. */
  readonly ok: boolean;
  /** null when the plan removes the package. */
  readonly expectedVersion: string | null;
  readonly installedVersion: string | null;
  readonly message?: string;
}
