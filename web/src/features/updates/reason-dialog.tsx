import { useState } from "react";

import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";
import { TextAreaField } from "../../ui/field.js";

interface ReasonDialogProps {
  readonly title: string;
  /** What the decision means. */
  readonly help: string;
  readonly confirm: string;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks why, before something is rejected or held. The reason may stay empty. */
export function ReasonDialog({ title, help, confirm, onConfirm, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={() => onConfirm(reason.trim())}>
            {confirm}
          </Button>
        </>
      }
    >
      <TextAreaField
        label="Reason (optional)"
        help={help}
        value={reason}
        maxLength={1000}
        onChange={(event) => setReason(event.target.value)}
      />
    </Dialog>
  );
}
