import { Undo2 } from "lucide-react";
import { useState } from "react";

import { useBlocked } from "../../data/viewer.js";
import { Button } from "../../ui/button.js";
import type { Command } from "./command-fragment.js";
import { isActive } from "./command-words.js";
import { goingBack } from "./going-back.js";
import { RollBackDialog } from "./roll-back-dialog.js";

/** Takes an install back that has ended and changed something. */
export function RollBackButton({ command }: { readonly command: Command }) {
  const [isAsking, setAsking] = useState(false);
  const noInstall = useBlocked("UPDATES_INSTALL");
  const isInstalled = command.type === "INSTALL" && !isActive(command.state);
  if (!isInstalled || goingBack(command.items).length === 0) return null;
  return (
    <>
      <Button icon={Undo2} blocked={noInstall ?? whyNoWayBack(command)} onClick={() => setAsking(true)}>
        Roll back
      </Button>
      {isAsking && <RollBackDialog command={command} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Why an install cannot be taken back now, as far as the page knows; undefined when it can. */
export function whyNoWayBack({
  reversibility,
  rolledBackBy,
}: Pick<Command, "reversibility" | "rolledBackBy">): string | undefined {
  if (rolledBackBy?.state === "SUCCEEDED") return "It was rolled back already.";
  if (rolledBackBy && isActive(rolledBackBy.state)) return "A rollback waits or runs already.";
  if (reversibility?.level !== "NOT") return undefined;
  return ["It cannot be rolled back.", ...reversibility.reasons].join(" ");
}
