import { useNow } from "../../ui/clock.js";
import { Fact, Facts } from "../../ui/facts.js";
import { formatBytes, formatCountdown } from "../../ui/format.js";
import type { Plan } from "./plan-fragment.js";
import { REVERSIBILITY, type ReversibilityLevel } from "./reversibility-words.js";
import { isExpired } from "./plan-choice.js";

const UNKNOWN = <span className="font-medium text-warn">not known</span>;

/** What installing would mean for the machine: size, restarts, reboot; and how long the plan holds. */
export function PlanEffects({ plan }: { readonly plan: Plan }) {
  const { downloadBytes, diskBytes, requiresReboot, digest } = plan;
  return (
    <Facts>
      <Fact name="Download">{downloadBytes === null ? UNKNOWN : formatBytes(downloadBytes)}</Fact>
      <Fact name="Disk">{diskBytes === null ? UNKNOWN : describeDisk(diskBytes)}</Fact>
      <Fact name="Restarts">
        <Restarts services={plan.restartsServices} />
      </Fact>
      <Fact name="Reboot">
        {requiresReboot === null && UNKNOWN}
        {requiresReboot === true && <strong className="text-warn">needed afterwards</strong>}
        {requiresReboot === false && "not needed"}
      </Fact>
      <Fact name="Way back">
        <WayBack level={plan.reversibility?.level ?? null} />
      </Fact>
      <Fact name="Holds for">{plan.state === "STARTED" ? "started" : <Expiry plan={plan} />}</Fact>
      <Fact name="Digest">
        {digest && (
          <span className="font-mono text-xs" title={digest}>
            {digest.slice(0, 12)}
          </span>
        )}
      </Fact>
    </Facts>
  );
}

const describeDisk = (bytes: number) =>
  bytes < 0 ? `${formatBytes(-bytes)} freed` : `${formatBytes(bytes)} more`;

function Restarts({ services }: { readonly services: readonly string[] | null }) {
  if (services === null) return UNKNOWN;
  return services.length === 0 ? "no service" : services.join(", ");
}

function WayBack({ level }: { readonly level: ReversibilityLevel | null }) {
  if (level === null) return UNKNOWN;
  if (level === "REVERSIBLE") return REVERSIBILITY[level];
  return <strong className="text-warn">{REVERSIBILITY[level]}</strong>;
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
