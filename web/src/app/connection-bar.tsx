import { CloudOff, DatabaseZap, WifiOff } from "lucide-react";

import { useConnection } from "../data/connection.js";
import { useServerHealth } from "../data/server-health.js";

const TROUBLE = {
  unreachable: { icon: CloudOff, text: "The server cannot be reached, retrying." },
  "no-database": { icon: DatabaseZap, text: "The server cannot reach its database, retrying." },
  lost: { icon: WifiOff, text: "Connection lost, retrying." },
} as const;

/** A thin bar while the server does not answer or no live events arrive: what is shown may be old. */
export function ConnectionBar() {
  const health = useServerHealth();
  const isLost = useConnection() === "lost";
  const trouble = health === "ready" ? (isLost ? "lost" : null) : health;
  const { icon: Icon, text } = TROUBLE[trouble ?? "lost"];
  return (
    <div role="status" className="sticky top-0 z-40">
      {trouble && (
        <p className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-1 text-xs font-medium text-warn">
          <Icon aria-hidden className="size-3.5 shrink-0" />
          {`${text} What you see may be out of date.`}
        </p>
      )}
    </div>
  );
}
