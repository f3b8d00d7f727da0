import { Hand, Hourglass, TriangleAlert, Undo2 } from "lucide-react";

import { Badge } from "../../ui/badge.js";
import { TEXT_TONE } from "../../ui/tone.js";
import type { Hold } from "./hold-fragment.js";
import { holdersInWords, machineAnswer } from "./hold-words.js";
import {
  KINDS,
  SEVERITIES,
  type Severity,
  UPDATE_STATES,
  type UpdateKind,
  type UpdateState,
} from "./update-words.js";

interface StateOf extends Hold {
  readonly keptBackReason?: string | null;
  readonly state: UpdateState;
}

const MACHINE = {
  waiting: { label: "Waiting", tone: "info", icon: Hourglass },
  "not-enforced": { label: "Not enforced", tone: "warn", icon: TriangleAlert },
  "not-released": { label: "Not released", tone: "warn", icon: TriangleAlert },
} as const;

/** How far an update has come, and whether it is held. */
export function UpdateStateBadge({ update }: { readonly update: StateOf }) {
  const { label, tone, icon } = UPDATE_STATES[update.state];
  const answer = machineAnswer(update);
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      {update.isHeld && (
        <Badge tone="warn" icon={Hand} title={holdersInWords(update)}>
          Held
        </Badge>
      )}
      {answer && (
        <Badge
          tone={MACHINE[answer.is].tone}
          icon={MACHINE[answer.is].icon}
          title={`On the machine: ${answer.reason}`}
        >
          {MACHINE[answer.is].label}
        </Badge>
      )}
      {update.keptBackReason && (
        <Badge icon={Undo2} title={update.keptBackReason}>
          Kept back
        </Badge>
      )}
    </span>
  );
}

/** How grave it is: a shape and a word, and a colour besides. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const { label, tone, icon: Icon } = SEVERITIES[severity];
  return (
    <span className={`flex items-center gap-1 whitespace-nowrap ${TEXT_TONE[tone]}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {label}
    </span>
  );
}

/** What it is for. */
export function KindMark({ kind }: { readonly kind: UpdateKind }) {
  const { label, tone, icon: Icon } = KINDS[kind];
  return (
    <span className={`flex items-center gap-1 whitespace-nowrap ${TEXT_TONE[tone]}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {label}
    </span>
  );
}

/** The installed version and the one that would follow it. */
export function VersionChange({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  return (
    <span className="block font-mono text-xs break-all">
      <span className="inline-block text-muted">{from ?? "not installed"}</span>
      <span className="sr-only"> to </span>
      <span className="inline-block">
        <span aria-hidden className="px-1 text-faint">
          →
        </span>
        {to ?? "removed"}
      </span>
    </span>
  );
}
