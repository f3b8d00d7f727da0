import { Ban, Check, Eye, Hand, Undo2, X } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";

import type { BulkOutcome, Refused } from "../../data/bulk.js";
import { useBlocked } from "../../data/viewer.js";
import { ActionBar } from "../../ui/action-bar.js";
import { Button, IconButton } from "../../ui/button.js";
import { formatCount } from "../../ui/format.js";
import { useToast } from "../../ui/toast.js";
import { plansPath, usePlanUpdates } from "./plan-updates.js";
import { ReasonDialog } from "./reason-dialog.js";
import { RefusalsDialog } from "./refusals-dialog.js";
import { useDecisions } from "./use-decisions.js";

interface BulkBarProps {
  readonly ids: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly onClear: () => void;
}

type Work = "approve" | "reject" | "hold" | "release" | "plan";

interface Trouble {
  readonly title: string;
  readonly refused: readonly Refused[];
  readonly planIds: readonly string[];
}

const DONE = {
  approve: "approved",
  reject: "rejected",
  hold: "held",
  release: "released",
  plan: "planned",
} as const;

const REASON = {
  reject: {
    title: "Reject updates",
    help: "Goes into the history. A newer version of the same package asks again.",
    confirm: "Reject",
  },
  hold: {
    title: "Hold packages",
    help: "Everybody sees it. Neither these versions nor newer ones can be installed until they are released, and the machine's package manager is asked to keep them, too.",
    confirm: "Hold",
  },
} as const;

/** What can be done with the selected updates; says what was done and what was refused. */
export function BulkBar({ ids, nameOf, onClear }: BulkBarProps) {
  const decisions = useDecisions();
  const planUpdates = usePlanUpdates();
  const navigate = useNavigate();
  const toast = useToast();
  const [work, setWork] = useState<Work | null>(null);
  const [asking, setAsking] = useState<keyof typeof REASON | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const noApprove = useBlocked("UPDATES_APPROVE");
  const noPlan = useBlocked("UPDATES_PLAN");

  const run = async (what: Work, call: () => Promise<BulkOutcome<string>>) => {
    setAsking(null);
    setWork(what);
    const { done, refused } = await call();
    setWork(null);
    const planIds = what === "plan" ? [...new Set(done)] : [];
    if (refused.length > 0) {
      const said = what === "plan" ? formatCount(planIds.length, "plan") : `${done.length} ${DONE[what]}`;
      setTrouble({ title: `${said}, ${refused.length} refused`, refused, planIds });
    } else if (what === "plan") {
      await navigate(plansPath(planIds));
    } else {
      toast(`${formatCount(done.length, "update")} ${DONE[what]}`);
      onClear();
    }
  };

  const busy = (what: Work) => ({ busy: work === what });
  return (
    <>
      {ids.length > 0 && (
        <ActionBar role="region" aria-label="Selected updates" className="mx-2 my-3 gap-2 p-2 sm:mx-4">
          <div className="mr-auto flex w-full items-center gap-1 sm:w-auto">
            <p role="status" className="px-1 text-sm font-medium">
              {ids.length.toLocaleString("en")} selected
            </p>
            <IconButton label="Clear the selection" icon={X} onClick={onClear} />
          </div>
          <Button
            size="sm"
            icon={Check}
            blocked={noApprove}
            {...busy("approve")}
            onClick={() => run("approve", () => decisions.approve(ids))}
          >
            Approve
          </Button>
          <Button
            size="sm"
            icon={Ban}
            blocked={noApprove}
            {...busy("reject")}
            onClick={() => setAsking("reject")}
          >
            Reject
          </Button>
          <Button
            size="sm"
            icon={Hand}
            blocked={noApprove}
            {...busy("hold")}
            onClick={() => setAsking("hold")}
          >
            Hold
          </Button>
          <Button
            size="sm"
            icon={Undo2}
            blocked={noApprove}
            {...busy("release")}
            onClick={() => run("release", () => decisions.release(ids))}
          >
            Release
          </Button>
          <Button
            size="sm"
            variant="primary"
            icon={Eye}
            blocked={noPlan}
            {...busy("plan")}
            onClick={() => run("plan", () => planUpdates(ids))}
          >
            Preview plan
          </Button>
        </ActionBar>
      )}
      {asking && (
        <ReasonDialog
          {...REASON[asking]}
          onClose={() => setAsking(null)}
          onConfirm={(reason) => run(asking, () => decisions[asking](ids, reason))}
        />
      )}
      {trouble && (
        <RefusalsDialog
          title={trouble.title}
          refused={trouble.refused}
          nameOf={nameOf}
          onClose={() => setTrouble(null)}
          footer={
            <>
              <Button onClick={() => setTrouble(null)}>Close</Button>
              {trouble.planIds.length > 0 && (
                <Button variant="primary" onClick={() => navigate(plansPath(trouble.planIds))}>
                  {`Continue to ${formatCount(trouble.planIds.length, "plan")}`}
                </Button>
              )}
            </>
          }
        />
      )}
    </>
  );
}
