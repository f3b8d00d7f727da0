import { Download, RefreshCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";

import { useBlocked } from "../../data/viewer.js";
import { ActionBar } from "../../ui/action-bar.js";
import { Button } from "../../ui/button.js";
import { clockNow, useNow } from "../../ui/clock.js";
import { formatCount } from "../../ui/format.js";
import { Page } from "../../ui/page.js";
import { useToast } from "../../ui/toast.js";
import { plansPath, usePlanUpdates } from "../updates/plan-updates.js";
import { InstallOutcomeDialog } from "./install-outcome-dialog.js";
import { type InstallOutcome, useInstallPlans } from "./install-plans.js";
import { PlanCard } from "./plan-card.js";
import { downloadOf, installable, isExpired, NO_CHOICE, toggled, whyNot } from "./plan-choice.js";
import type { Plan } from "./plan-fragment.js";
import { MOST_WATCHED } from "./watch-plan.js";

/** Plans side by side, and the button that approves and installs exactly them. */
export function PlanPreview({
  plans,
  children,
}: {
  readonly plans: readonly Plan[];
  readonly children: ReactNode;
}) {
  const now = useNow(5_000);
  const [choice, setChoice] = useState(NO_CHOICE);
  const [outcome, setOutcome] = useState<InstallOutcome | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const install = useInstallPlans();
  const planUpdates = usePlanUpdates();
  const navigate = useNavigate();
  const toast = useToast();
  const noInstall = useBlocked("UPDATES_INSTALL");
  const noApprove = useBlocked("UPDATES_APPROVE");
  const ready = installable(plans, choice, now);
  const count = ready.reduce((sum, plan) => sum + plan.updates.length, 0);

  const onInstall = async () => {
    setBusy("install");
    const result = await install(installable(plans, choice, clockNow()));
    setBusy(null);
    const refused = result.notApproved.length + result.notStarted.length;
    const [only] = result.started;
    if (refused > 0 || !only) return setOutcome(result);
    toast(`${formatCount(result.started.length, "install")} started`);
    await navigate(
      result.started.length === 1 ? `/commands/${only}` : `/commands?ids=${result.started.join(",")}`,
    );
  };
  const onPlanAgain = async (plan: Plan) => {
    setBusy(plan.id);
    const { done, refused } = await planUpdates(plan.updates.map(({ id }) => id));
    setBusy(null);
    if (refused[0]) toast(refused[0].message, "bad");
    if (done.length === 0) return;
    const ids = [...plans.filter(({ id }) => id !== plan.id).map(({ id }) => id), ...new Set(done)];
    await navigate(plansPath(ids), { replace: true });
  };

  const reason =
    noInstall ??
    noApprove ??
    (ready.length === 0 ? whyNothing(plans, choice.leftOut, (plan) => whyNot(plan, choice, now)) : undefined);
  const allStarted = plans.every((plan) => plan.state === "STARTED");
  return (
    <Page
      title="Plan preview"
      subtitle="Exactly this would change, and nothing else: each agent works it out again before it begins, and refuses if it differs."
    >
      {children}
      {plans.map((plan, index) => (
        <PlanCard
          key={plan.id}
          plan={plan}
          isWatched={index < MOST_WATCHED}
          isIncluded={!choice.leftOut.has(plan.id)}
          onToggle={() => setChoice((all) => ({ ...all, leftOut: toggled(all.leftOut, plan.id) }))}
          areRemovalsAccepted={choice.removalsAccepted.has(plan.id)}
          onToggleRemovals={() =>
            setChoice((all) => ({ ...all, removalsAccepted: toggled(all.removalsAccepted, plan.id) }))
          }
          actions={
            (isExpired(plan, now) || plan.state === "FAILED") && (
              <Button
                size="sm"
                icon={RefreshCw}
                busy={busy === plan.id}
                onClick={() => void onPlanAgain(plan)}
              >
                Plan again
              </Button>
            )
          }
        />
      ))}
      {!allStarted && (
        <ActionBar className="justify-end gap-3 p-3">
          <p role="status" className="mr-auto text-sm text-muted">
            {ready.length > 0
              ? `${formatCount(count, "update")} on ${formatCount(ready.length, "machine")}, ${downloadOf(ready)}`
              : reason}
          </p>
          <Button
            variant="primary"
            icon={Download}
            blocked={reason}
            busy={busy === "install"}
            onClick={() => void onInstall()}
          >
            Approve and install
          </Button>
        </ActionBar>
      )}
      {outcome && <InstallOutcomeDialog outcome={outcome} plans={plans} onClose={() => setOutcome(null)} />}
    </Page>
  );
}

/** One sentence about why nothing can be installed now. */
function whyNothing(
  plans: readonly Plan[],
  leftOut: ReadonlySet<string>,
  why: (plan: Plan) => string | null,
): string {
  const included = plans.filter((plan) => !leftOut.has(plan.id));
  if (included.length === 0) return "Include at least one plan.";
  return included.map(why).find((each) => each !== null) ?? "Nothing can be installed now.";
}
