import type { ReactNode } from "react";

import { Button } from "./button.js";
import { CopyField } from "./copy-field.js";
import { Dialog } from "./dialog.js";
import { Notice } from "./notice.js";

interface ShownOnceDialogProps {
  readonly title: string;
  /** What the value is. */
  readonly label: string;
  /** What nobody can read again. */
  readonly value: string;
  /** What to do with it. */
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/** Shows a secret to be copied, the one time that it can be shown. */
export function ShownOnceDialog({ title, label, value, children, onClose }: ShownOnceDialogProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="space-y-4">
        <CopyField label={label} value={value} />
        <Notice tone="warn" title="Shown only now">
          {children}
        </Notice>
      </div>
    </Dialog>
  );
}
