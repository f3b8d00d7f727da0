import type { ReactNode } from "react";

import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

interface ConfirmDialogProps {
  readonly title: string;
  /** What will happen, and what will stay. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly confirm: string;
  readonly isDangerous?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that is not easily undone. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, children, confirm, isDangerous = false, busy = false, onConfirm, onClose } = props;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={isDangerous ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      <div className="space-y-2 text-sm text-muted">{children}</div>
    </Dialog>
  );
}
