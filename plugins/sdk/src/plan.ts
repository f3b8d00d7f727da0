import type { Notice } from "./scan.js";

/** What to plan. */
export interface PlanRequest {
  /** Exact wishes, each an update of the last scan. */
  readonly items: readonly PlanWish[];
}

/** One update that somebody wants, at the version that was seen. */
export interface PlanWish {
  readonly key: string;
  readonly candidate: string;
}

/** One package that the transaction installs or upgrades. */
export interface PlanItem {
  readonly key: string;
  readonly name: string;
  readonly arch?: string;
  /** null for a new package. */
  readonly fromVersion: string | null;
  readonly toVersion: string;
  readonly origin?: string;
  readonly sizeBytes?: number;
}

/** One package that the transaction removes. */
export interface PlanRemoval {
  readonly key: string;
  readonly name: string;
  readonly arch?: string;
  readonly fromVersion: string;
}

/** One package that has a newer version and that the transaction leaves as it is, although one might expect otherwise. */
export interface PlanKept {
  readonly key: string;
  readonly name: string;
  readonly arch?: string;
  readonly installedVersion: string;
  readonly candidateVersion: string;
  /** Why it stays, for people. */
  readonly reason: string;
}

/** What restarts because of the transaction. */
export interface Restarts {
  /** Services that restart; null when unknown, which is not the same as none. */
  readonly services: readonly string[] | null;
  /** Sessions of users that have to begin anew; absent when unknown. */
  readonly sessions?: readonly string[];
  /** The machine needs a restart; null when unknown. */
  readonly system: boolean | null;
  /** Why, one sentence for each cause, for people. At most 100. */
  readonly reasons?: readonly string[];
}

/** How far an installation can be taken back, so that people know it before they approve it. */
export interface Reversibility {
  /**
   * `reversible`: every package goes back to exactly what it was. `partly`: some cannot, or nobody can promise it.
   * `not`: none can.
   */
  readonly level: "reversible" | "partly" | "not";
  /** Why it is no more, and what going back leaves as it is, one sentence each, for people. At most 100. */
  readonly reasons: readonly string[];
}

/**
 * The exact transaction that a dry run resolved. This is what people approve and what `install` carries out, unchanged
 * or not at all.
 */
export interface Plan {
  /** Unique; made by the plugin. */
  readonly id: string;
  /** The manifest's id. */
  readonly source: string;
  /** What was asked for. */
  readonly items: readonly PlanItem[];
  /** What comes along: new packages (`fromVersion: null`) and further upgrades. */
  readonly alsoInstalls: readonly PlanItem[];
  /** What goes away. Needs an approval of its own. */
  readonly alsoRemoves: readonly PlanRemoval[];
  /** What stays behind, for example other packages of the same source. */
  readonly alsoKept?: readonly PlanKept[];
  /** Keys among `items` and `alsoInstalls` that go back to an older version. */
  readonly downgrades?: readonly string[];
  readonly downloadBytes?: number;
  /** Change of the used disk space; negative when space is freed. */
  readonly diskBytes?: number;
  readonly restarts: Restarts;
  /** Required of a source that has `rollback`; `install` fails rather than break what it promises. */
  readonly reversibility?: Reversibility;
  /** Why the plan cannot be installed now; empty when it can. */
  readonly blockers: readonly Notice[];
  /** `planDigest` of this plan, 64 hex digits: two plans with one digest are one transaction. */
  readonly digest: string;
  /** ISO 8601, UTC. At most one hour ahead of the making. */
  readonly expiresAt: string;
  /** Opaque to everybody but the plugin; handed back unchanged. At most 64 KiB. */
  readonly token: string;
}
