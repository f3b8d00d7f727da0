import {
  Ban,
  Check,
  CheckCheck,
  CircleAlert,
  CircleDot,
  CircleHelp,
  ChevronDown,
  ChevronsUp,
  ChevronUp,
  Equal,
  Hourglass,
  type LucideIcon,
  PackageCheck,
  RotateCw,
  ShieldAlert,
  Undo2,
  Sparkles,
  Wrench,
  Package,
  Archive,
} from "lucide-react";

import type { graphql } from "../../data/graphql.js";
import type { Tone } from "../../ui/tone.js";

/** The way of one candidate version on one agent. */
export type UpdateState = ReturnType<typeof graphql.scalar<"UpdateState">>;
/** How grave a weakness is. */
export type Severity = ReturnType<typeof graphql.scalar<"Severity">>;
/** What an update is for. */
export type UpdateKind = ReturnType<typeof graphql.scalar<"UpdateKind">>;

/** How the page calls one value, and how it looks. */
export interface Word {
  readonly label: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const UPDATE_STATES = {
  PENDING: { label: "Pending", tone: "neutral", icon: CircleDot },
  APPROVED: { label: "Approved", tone: "info", icon: Check },
  REJECTED: { label: "Rejected", tone: "neutral", icon: Ban },
  INSTALLING: { label: "Installing", tone: "accent", icon: Hourglass },
  INSTALLED: { label: "Installed", tone: "info", icon: PackageCheck },
  RESTART_NEEDED: { label: "Restart needed", tone: "warn", icon: RotateCw },
  VERIFIED: { label: "Verified", tone: "good", icon: CheckCheck },
  FAILED: { label: "Failed", tone: "bad", icon: CircleAlert },
  ROLLED_BACK: { label: "Rolled back", tone: "warn", icon: Undo2 },
  CLOSED: { label: "Closed", tone: "neutral", icon: Archive },
} as const satisfies Record<UpdateState, Word>;

export const SEVERITIES = {
  CRITICAL: { label: "Critical", tone: "bad", icon: ChevronsUp },
  HIGH: { label: "High", tone: "bad", icon: ChevronUp },
  MEDIUM: { label: "Medium", tone: "warn", icon: Equal },
  LOW: { label: "Low", tone: "info", icon: ChevronDown },
  UNKNOWN: { label: "Unknown", tone: "neutral", icon: CircleHelp },
} as const satisfies Record<Severity, Word>;

export const KINDS = {
  SECURITY: { label: "Security", tone: "bad", icon: ShieldAlert },
  BUGFIX: { label: "Bug fix", tone: "neutral", icon: Wrench },
  ENHANCEMENT: { label: "Enhancement", tone: "neutral", icon: Sparkles },
  OTHER: { label: "Other", tone: "neutral", icon: Package },
} as const satisfies Record<UpdateKind, Word>;

/** A table of words as the options of a menu. */
export function optionsOf<Value extends string>(words: Readonly<Record<Value, Word>>) {
  return (Object.keys(words) as Value[]).map((value) => ({ value, label: words[value].label }));
}
