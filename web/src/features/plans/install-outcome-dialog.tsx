import { useNavigate } from "react-router";

import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { formatCount } from "../../ui/format.js";
import { RefusalList } from "../updates/refusals-dialog.js";
import type { InstallOutcome } from "./install-plans.js";
import type { Plan } from "./plan-fragment.js";

interface InstallOutcomeDialogProps {
  readonly outcome: InstallOutcome;
  readonly plans: readonly Plan[];
  readonly onClose: () => void;
}

/** Says what was started and what was not, with the reasons, when it was not everything. */
export function InstallOutcomeDialog({ outcome, plans, onClose }: InstallOutcomeDialogProps) {
  const navigate = useNavigate();
  const { started, notApproved, notStarted } = outcome;
  const updates = new Map(
    plans.flatMap((plan) =>
      plan.updates.map((update) => [update.id, `${update.name} on ${plan.agent.name}`] as const),
    ),
  );
  const names = new Map(
    plans.map((plan) => [plan.id, `The plan for ${plan.agent.name} (${plan.source})`] as const),
  );
  const [only] = started;
  return (
    <Dialog
      title={`${started.length} started, ${notStarted.length + notApproved.length} refused`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {only && (
            <Button
              variant="primary"
              onClick={() =>
                navigate(started.length === 1 ? `/commands/${only}` : `/commands?ids=${started.join(",")}`)
              }
            >
              {started.length === 1 ? "Watch the run" : `Watch ${formatCount(started.length, "run")}`}
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-4">
        {notApproved.length > 0 && (
          <section className="space-y-2">
            <h3 className="text-sm font-semibold">Not approved</h3>
            <RefusalList refused={notApproved} nameOf={(id) => updates.get(id) ?? id} />
          </section>
        )}
        {notStarted.length > 0 && (
          <section className="space-y-2">
            <h3 className="text-sm font-semibold">Not started</h3>
            <RefusalList refused={notStarted} nameOf={(id) => names.get(id) ?? id} />
          </section>
        )}
      </div>
    </Dialog>
  );
}
