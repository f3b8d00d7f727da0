import {
  Ban,
  CheckCheck,
  CircleAlert,
  Download,
  Eye,
  Hand,
  Hourglass,
  ListStart,
  type LucideIcon,
  Play,
  ScanSearch,
  ScrollText,
  SkipForward,
  TimerOff,
  TriangleAlert,
  Undo2,
} from "lucide-react";

import type { graphql } from "../../data/graphql.js";
import type { Tone } from "../../ui/tone.js";

/** The way of a command. */
export type CommandState = ReturnType<typeof graphql.scalar<"CommandState">>;
/** What an agent can be told. */
export type CommandType = ReturnType<typeof graphql.scalar<"CommandType">>;
/** How one package ended. */
export type ItemOutcome = ReturnType<typeof graphql.scalar<"ItemOutcome">>;

interface Word {
  readonly label: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const COMMAND_STATES = {
  QUEUED: { label: "Queued", tone: "neutral", icon: ListStart },
  CLAIMED: { label: "Claimed", tone: "info", icon: Hourglass },
  RUNNING: { label: "Running", tone: "accent", icon: Play },
  SUCCEEDED: { label: "Succeeded", tone: "good", icon: CheckCheck },
  PARTIALLY_SUCCEEDED: { label: "Partly succeeded", tone: "warn", icon: TriangleAlert },
  FAILED: { label: "Failed", tone: "bad", icon: CircleAlert },
  CANCELLED: { label: "Cancelled", tone: "neutral", icon: Ban },
  EXPIRED: { label: "Expired", tone: "warn", icon: TimerOff },
} as const satisfies Record<CommandState, Word>;

export const COMMAND_TYPES = {
  SCAN: { label: "Scan", icon: ScanSearch },
  PLAN: { label: "Plan", icon: Eye },
  INSTALL: { label: "Install", icon: Download },
  RELEASE_NOTES: { label: "Release notes", icon: ScrollText },
  ROLLBACK: { label: "Rollback", icon: Undo2 },
  HOLD: { label: "Hold", icon: Hand },
  RELEASE: { label: "Release", icon: Undo2 },
} as const satisfies Record<CommandType, Pick<Word, "label" | "icon">>;

/** Whether a command is about the machine's own holds, and not about versions. */
export const setsMarks = (type: CommandType): boolean => type === "HOLD" || type === "RELEASE";

/** Whether a command changes which versions a machine has. */
export const movesPackages = (type: CommandType): boolean => type === "INSTALL" || type === "ROLLBACK";

const OUTCOMES = {
  SUCCEEDED: { label: "Installed", tone: "good", icon: CheckCheck },
  FAILED: { label: "Failed", tone: "bad", icon: CircleAlert },
  SKIPPED: { label: "Skipped", tone: "neutral", icon: SkipForward },
} as const satisfies Record<ItemOutcome, Word>;

const DONE: Partial<Record<CommandType, string>> = {
  ROLLBACK: "Rolled back",
  HOLD: "Held",
  RELEASE: "Released",
};

/** What became of one package. */
export interface EndedItem {
  readonly outcome: ItemOutcome;
  /** Null when it is gone, and for what has no versions. */
  readonly toVersion: string | null;
}

/** How one package ended, in the words of what was done: an install may remove one. */
export function outcomeWord({ outcome, toVersion }: EndedItem, type: CommandType): Word {
  const word = OUTCOMES[outcome];
  if (outcome !== "SUCCEEDED") return word;
  const isRemoved = type === "INSTALL" && toVersion === null;
  return { ...word, label: isRemoved ? "Removed" : (DONE[type] ?? word.label) };
}

const ACTIVE: readonly CommandState[] = ["QUEUED", "CLAIMED", "RUNNING"];

/** Whether the command has not ended yet. */
export const isActive = (state: CommandState): boolean => ACTIVE.includes(state);
