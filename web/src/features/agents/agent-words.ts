import {
  Archive,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  type LucideIcon,
  MinusCircle,
  Wifi,
  WifiOff,
} from "lucide-react";

import type { graphql } from "../../data/graphql.js";
import type { Tone } from "../../ui/tone.js";

/** Whether an agent can be reached. */
export type AgentState = ReturnType<typeof graphql.scalar<"AgentState">>;
/** How much is known about one source of one agent. */
export type CoverageState = ReturnType<typeof graphql.scalar<"CoverageState">>;

interface Word {
  readonly label: string;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

export const AGENT_STATES = {
  ONLINE: { label: "Online", tone: "good", icon: Wifi },
  OFFLINE: { label: "Offline", tone: "warn", icon: WifiOff },
  NEVER_SEEN: { label: "Never seen", tone: "warn", icon: CircleHelp },
  RETIRED: { label: "Retired", tone: "neutral", icon: Archive },
} as const satisfies Record<AgentState, Word>;

export const COVERAGE_STATES = {
  FRESH: { label: "fresh", tone: "good", icon: Clock },
  STALE: { label: "stale", tone: "warn", icon: Clock },
  FAILED: { label: "scan failed", tone: "bad", icon: CircleX },
  NEVER: { label: "never scanned", tone: "warn", icon: CircleDashed },
  UNSUPPORTED: { label: "not on this machine", tone: "neutral", icon: MinusCircle },
} as const satisfies Record<CoverageState, Word>;

/** Whether some supported source is not fresh: the agent's counts may be too low and must not look reassuring. */
export function isUnknown(coverage: readonly { readonly state: CoverageState }[]): boolean {
  const supported = coverage.filter(({ state }) => state !== "UNSUPPORTED");
  return supported.length === 0 || supported.some(({ state }) => state !== "FRESH");
}
