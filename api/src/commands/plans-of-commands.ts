import type { InjectionToken } from "tsyringe";
import type { Sql, Tx } from "../database/sql.js";
import type { NewEvent } from "../events/event.js";
import type { Failure } from "./commands.events.js";

/** One package in a transaction. */
export interface PlannedItem {
  readonly key: string;
  readonly name: string;
  readonly architecture: string | null;
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
  readonly isDowngrade: boolean;
  readonly origin: string | null;
  readonly downloadBytes: number | null;
}

/** One package that has a newer version and stays as it is. */
export interface KeptPackage {
  readonly name: string;
  readonly architecture: string | null;
  readonly installedVersion: string;
  readonly candidateVersion: string;
  readonly reason: string;
}

/** A plan exactly as it was resolved and shown. */
export interface PlannedTransaction {
  /** The plan's plain uuid. */
  readonly id: string;
  readonly items: readonly PlannedItem[];
  readonly alsoInstalls: readonly PlannedItem[];
  readonly alsoRemoves: readonly PlannedItem[];
  readonly digest: string;
  readonly expiresAt: Date;
  readonly token: string | null;
}

/** How far an install can be taken back, and why not in full. */
export interface PlannedReversibility {
  readonly level: "REVERSIBLE" | "PARTLY" | "NOT";
  readonly reasons: readonly string[];
}

/** A plan as an agent resolved it, checked. */
export interface ResolvedPlan {
  readonly items: readonly PlannedItem[];
  readonly alsoInstalls: readonly PlannedItem[];
  readonly alsoRemoves: readonly PlannedItem[];
  readonly alsoKept: readonly KeptPackage[];
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
  readonly restartsServices: readonly string[] | null;
  readonly requiresReboot: boolean | null;
  readonly restartReasons: readonly string[];
  /** Null when the source does not say. */
  readonly reversibility: PlannedReversibility | null;
  readonly blockers: readonly Failure[];
  readonly digest: string;
  /** How long it is valid from now on, in seconds: at least 0, at most 3600. */
  readonly validSeconds: number;
  readonly token: string | null;
}

/** What a plan holds for the command that resolves or installs it. */
export interface PlanContents {
  readonly updates: readonly { updateId: string; key: string; candidateVersion: string }[];
  /** Null until it is resolved. */
  readonly transaction: PlannedTransaction | null;
}

/** How the command that resolves a plan ended. */
export type PlanAnswer = { readonly plan: ResolvedPlan } | { readonly failure: Failure };

/** What commands need to know of plans. The plans noun implements it. */
export interface PlansOfCommands {
  /** The contents by plain plan id. */
  contents(sql: Sql, planIds: readonly string[]): Promise<ReadonlyMap<string, PlanContents>>;
  /**
   * The events that tell how a plan came out of its PLAN command, to be appended behind the command's own;
   * none when the plan waits no longer. `now` is the database's clock.
   */
  settle(
    tx: Tx,
    command: { readonly id: string; readonly planId: string; readonly source: string },
    answer: PlanAnswer,
    now: Date,
  ): Promise<NewEvent[]>;
}

/** The service's token. */
export const PLANS_OF_COMMANDS: InjectionToken<PlansOfCommands> = Symbol("PlansOfCommands");
