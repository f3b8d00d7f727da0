import { LoaderCircle } from "lucide-react";
import { type ReactNode, useState } from "react";

import { CheckField, Checkbox } from "../../ui/checkbox.js";
import { formatCount } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { Panel } from "../../ui/page.js";
import { ReasonList } from "../../ui/reason-list.js";
import { TextLink } from "../../ui/text-link.js";
import { UpdateDetails } from "../updates/update-details.js";
import { PlanEffects } from "./plan-effects.js";
import { REVERSIBILITY } from "./reversibility-words.js";
import type { Plan } from "./plan-fragment.js";
import { PlanItems } from "./plan-items.js";
import { PlanKept } from "./plan-kept.js";
import { useWatchPlan } from "./watch-plan.js";

interface PlanCardProps {
  readonly plan: Plan;
  /** Whether it is followed live, one of not too many. */
  readonly isWatched: boolean;
  readonly isIncluded: boolean;
  readonly onToggle: () => void;
  readonly areRemovalsAccepted: boolean;
  readonly onToggleRemovals: () => void;
  /** Buttons of this plan, for example to ask for another. */
  readonly actions: ReactNode;
}

/** One plan: exactly what would change on one machine. */
export function PlanCard(props: PlanCardProps) {
  const { plan, isWatched, isIncluded, onToggle, areRemovalsAccepted, onToggleRemovals, actions } = props;
  const [opened, setOpened] = useState<string | null>(null);
  useWatchPlan(plan, isWatched);
  const isOpen = plan.state === "READY" || plan.state === "RESOLVING";
  return (
    <Panel
      title={
        <span className="flex items-center gap-2.5">
          {isOpen && (
            <Checkbox
              aria-label={`Include the plan for ${plan.agent.name}`}
              checked={isIncluded}
              onChange={onToggle}
            />
          )}
          <span>
            <TextLink to={`/agents/${plan.agent.id}`}>{plan.agent.name}</TextLink>
            <span className="font-normal text-muted">{` · ${plan.source} · ${formatCount(plan.updates.length, "update")}`}</span>
          </span>
        </span>
      }
      actions={actions}
    >
      {plan.state === "RESOLVING" ? (
        <Resolving plan={plan} />
      ) : (
        <div className="space-y-4 pb-3">
          <div className="space-y-2 px-4 pt-4 empty:hidden">
            <Remarks plan={plan} />
            {plan.alsoRemoves.length > 0 && isOpen && (
              <Removals plan={plan} isAccepted={areRemovalsAccepted} onToggle={onToggleRemovals} />
            )}
          </div>
          {plan.state !== "FAILED" && <PlanEffects plan={plan} />}
          {plan.restartReasons.length > 0 && (
            <section className="space-y-1 px-4">
              <h3 className="text-xs font-semibold text-muted">Why something restarts</h3>
              <ReasonList reasons={plan.restartReasons} />
            </section>
          )}
          <PlanItems title="Changes" items={plan.items} updates={plan.updates} onOpen={setOpened} />
          <PlanItems title="Also installs" items={plan.alsoInstalls} />
          <PlanItems title="Removes" items={plan.alsoRemoves} change="remove" />
          <PlanKept kept={plan.alsoKept} />
        </div>
      )}
      {opened && <UpdateDetails id={opened} onClose={() => setOpened(null)} />}
    </Panel>
  );
}

function Resolving({ plan }: { readonly plan: Plan }) {
  return (
    <div className="flex items-center gap-3 p-4 text-sm">
      <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-accent" />
      <div role="status">
        <p className="font-medium">The agent is working out exactly what would change.</p>
        <p className="text-muted">
          {plan.planCommand.waitingReason ?? "It has taken the question and simulates the install."}
        </p>
      </div>
    </div>
  );
}

function Remarks({ plan }: { readonly plan: Plan }) {
  const back = [...plan.items, ...plan.alsoInstalls].filter(({ isDowngrade }) => isDowngrade);
  const keptBack = plan.updates.filter(({ keptBackReason }) => keptBackReason !== null);
  return (
    <>
      {plan.failure && (
        <Notice tone="bad" title={`This could not be planned: ${plan.failure.code}`}>
          {plan.failure.message}
        </Notice>
      )}
      {back.length > 0 && (
        <Notice
          tone="bad"
          title={`This takes ${formatCount(back.length, "package")} back to an older version`}
        >
          {back.map(({ name, fromVersion, toVersion }) => `${name} ${fromVersion} → ${toVersion}`).join(", ")}
        </Notice>
      )}
      {keptBack.length > 0 && (
        <Notice
          tone="info"
          title={`The machine's own upgrade would leave out ${formatCount(keptBack.length, "update")}`}
        >
          <ReasonList reasons={keptBack.map(({ name, keptBackReason }) => `${name}: ${keptBackReason}`)} />
        </Notice>
      )}
      {plan.reversibility && plan.reversibility.level !== "REVERSIBLE" && (
        <Notice tone="warn" title={`This ${REVERSIBILITY[plan.reversibility.level]}`}>
          <ReasonList reasons={plan.reversibility.reasons} />
        </Notice>
      )}
      {plan.blockers.map(({ code, message }) => (
        <Notice key={code} tone="bad" title={`Cannot be installed now: ${code}`}>
          {message}
        </Notice>
      ))}
      {plan.state === "EXPIRED" && (
        <Notice tone="warn">This plan is too old to be installed. Ask for another.</Notice>
      )}
      {plan.installCommand && (
        <Notice
          tone="info"
          actions={<TextLink to={`/commands/${plan.installCommand.id}`}>Watch the run</TextLink>}
        >
          The install of this plan was started. It cannot be started again.
        </Notice>
      )}
    </>
  );
}

interface RemovalsProps {
  readonly plan: Plan;
  readonly isAccepted: boolean;
  readonly onToggle: () => void;
}

function Removals({ plan, isAccepted, onToggle }: RemovalsProps) {
  const names = plan.alsoRemoves.map(({ name }) => name).join(", ");
  return (
    <Notice tone="bad" title={`This removes ${formatCount(plan.alsoRemoves.length, "package")}: ${names}`}>
      <CheckField checked={isAccepted} onChange={onToggle}>
        {`I accept that ${plan.alsoRemoves.length === 1 ? "it is" : "they are"} removed from ${plan.agent.name}`}
      </CheckField>
    </Notice>
  );
}
