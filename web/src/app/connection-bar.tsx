import { WifiOff } from "lucide-react";

import { useConnection } from "../data/connection.js";

/** A thin bar while no live events arrive: what is shown may be old. */
export function ConnectionBar() {
  const isLost = useConnection() === "lost";
  return (
    <div role="status">
      {isLost && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1 text-xs font-medium text-warn">
          <WifiOff aria-hidden className="size-3.5" />
          Connection lost, retrying. What you see may be out of date.
        </p>
      )}
    </div>
  );
}
