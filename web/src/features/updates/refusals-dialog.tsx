import type { ReactNode } from "react";

import type { Refused } from "../../data/bulk.js";
import { Button } from "../../ui/button.js";
import { Dialog } from "../../ui/dialog.js";

interface RefusalsDialogProps {
  /** For example "47 approved, 3 refused". */
  readonly title: string;
  readonly refused: readonly Refused[];
  /** What an id is called for people. */
  readonly nameOf: (id: string) => string;
  readonly footer?: ReactNode;
  readonly onClose: () => void;
}

/** Says what was refused and why, one line each. */
export function RefusalsDialog({ title, refused, nameOf, footer, onClose }: RefusalsDialogProps) {
  return (
    <Dialog title={title} onClose={onClose} footer={footer ?? <Button onClick={onClose}>Close</Button>}>
      <RefusalList refused={refused} nameOf={nameOf} />
    </Dialog>
  );
}

/** Refused things and their reasons. */
export function RefusalList({ refused, nameOf }: Pick<RefusalsDialogProps, "refused" | "nameOf">) {
  return (
    <ul className="space-y-2 text-sm">
      {refused.map(({ id, message }, index) => (
        <li key={`${id}-${index}`} className="border-l-2 border-bad pl-3">
          {id !== null && <p className="font-medium">{nameOf(id)}</p>}
          <p className="text-muted">{message}</p>
        </li>
      ))}
    </ul>
  );
}
