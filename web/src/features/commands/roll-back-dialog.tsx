import { useState } from "react";
import { useNavigate } from "react-router";

import { Button } from "../../ui/button.js";
import { CheckField } from "../../ui/checkbox.js";
import { Dialog } from "../../ui/dialog.js";
import { formatCount } from "../../ui/format.js";
import { Notice } from "../../ui/notice.js";
import { ReasonList } from "../../ui/reason-list.js";
import { isLeavingSomething, REVERSIBILITY } from "../plans/reversibility-words.js";
import type { Command } from "./command-fragment.js";
import { goingBack } from "./going-back.js";
import { itemKey } from "./item-key.js";
import { useRollBack } from "./use-roll-back.js";

interface RollBackDialogProps {
  readonly command: Command;
  readonly onClose: () => void;
}

/** Says exactly what goes back to which version and how far that works, and asks. */
export function RollBackDialog({ command, onClose }: RollBackDialogProps) {
  const [isAccepted, setAccepted] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { fetching, rollBack } = useRollBack();
  const navigate = useNavigate();
  const { reversibility } = command;
  const isPartly = isLeavingSomething(reversibility);
  const items = goingBack(command.items);
  const confirm = async () => {
    const answer = await rollBack(command.id, isPartly && isAccepted);
    if ("refusal" in answer) return setRefusal(answer.refusal);
    onClose();
    await navigate(`/commands/${answer.id}`);
  };
  return (
    <Dialog
      title={`Roll back ${formatCount(items.length, "package")} on ${command.agent.name}?`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="danger"
            busy={fetching}
            blocked={isPartly && !isAccepted && "Accept first that not everything goes back."}
            onClick={() => void confirm()}
          >
            Roll back
          </Button>
        </>
      }
    >
      <div className="space-y-3 text-sm">
        <ul aria-label="What goes back" className="divide-y divide-line rounded-md border border-line">
          {items.map((item) => (
            <li key={itemKey(item)} className="flex flex-wrap gap-x-4 gap-y-0.5 px-3 py-2">
              <span className="min-w-32 flex-1 font-medium">
                {item.name}
                {item.architecture && <span className="font-normal text-faint">:{item.architecture}</span>}
              </span>
              <span className="font-mono text-xs break-all text-muted">
                {`${item.fromVersion ?? "not installed"} → ${item.toVersion ?? "removed"}`}
              </span>
            </li>
          ))}
        </ul>
        {isPartly ? (
          <Notice
            tone="warn"
            title={
              reversibility
                ? `This ${REVERSIBILITY[reversibility.level]}`
                : "It is not known how far this can be rolled back"
            }
          >
            {reversibility && <ReasonList reasons={reversibility.reasons} />}
            <div className="mt-2">
              <CheckField checked={isAccepted} onChange={() => setAccepted(!isAccepted)}>
                I accept that not everything may go back
              </CheckField>
            </div>
          </Notice>
        ) : (
          <p className="text-muted">
            Every package goes back to exactly the version before. The agent undoes what its own receipt of
            this install says, and nothing else.
          </p>
        )}
        <p className="text-muted">
          The updates are offered again afterwards as rolled back; nobody but a person approves them.
        </p>
        {refusal && (
          <Notice tone="bad" title="It was not started" isUrgent>
            {refusal}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
