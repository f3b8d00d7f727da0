import type { ReactNode } from "react";

import { useNow } from "../../ui/clock.js";
import { Facts } from "../../ui/facts.js";
import { formatBytes, formatCountdown } from "../../ui/format.js";
import type { Plan } from "./plan-fragment.js";
import { isExpired } from "./plan-choice.js";

const UNKNOWN = <span className="font-medium text-warn">not known</span>;

/** What installing would mean for the machine: size, restarts, reboot; and how long the plan holds. */
export function PlanEffects({ plan }: { readonly plan: Plan }) {
  const facts: readonly (readonly [string, ReactNode])[] = [
    ["Download", plan.downloadBytes === null ? UNKNOWN : formatBytes(plan.downloadBytes)],
    ["Disk", plan.diskBytes === null ? UNKNOWN : <DiskChange bytes={plan.diskBytes} />],
    ["Restarts", <Restarts services={plan.restartsServices} />],
    [
      "Reboot",
      plan.requiresReboot === null ? (
        UNKNOWN
      ) : plan.requiresReboot ? (
        <strong className="text-warn">needed afterwards</strong>
      ) : (
        "not needed"
      ),
    ],
    ["Holds for", plan.state === "STARTED" ? "started" : <Expiry plan={plan} />],
    [
      "Digest",
      plan.digest && (
        <span className="font-mono text-xs" title={plan.digest}>
          {plan.digest.slice(0, 12)}
        </span>
      ),
    ],
  ];
  return <Facts facts={facts} />;
}

function DiskChange({ bytes }: { readonly bytes: number }) {
  return <>{bytes < 0 ? `${formatBytes(-bytes)} freed` : `${formatBytes(bytes)} more`}</>;
}

function Restarts({ services }: { readonly services: readonly string[] | null }) {
  if (services === null) return UNKNOWN;
  return services.length === 0 ? "no service" : services.join(", ");
}

function Expiry({ plan }: { readonly plan: Plan }) {
  const now = useNow(1000);
  if (isExpired(plan, now)) return <strong className="text-warn">expired</strong>;
  if (!plan.expiresAt) return null;
  const seconds = (Date.parse(plan.expiresAt) - now) / 1000;
  return (
    <span role="timer" aria-label="Time left" className="tabular-nums">
      {formatCountdown(seconds)}
    </span>
  );
}
