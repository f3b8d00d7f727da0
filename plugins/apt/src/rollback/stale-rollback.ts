import { PluginError } from "@redflag/plugin-sdk";

const MAX_SHOWN = 5;

/** The machine is not as the installation left it, or would change otherwise than by its inverse. */
export function staleRollback(reason: string, difference: readonly string[] = []): PluginError {
  const shown = difference.length > 0 ? `: ${difference.slice(0, MAX_SHOWN).join("; ")}` : "";
  return new PluginError(
    "PLAN_STALE",
    `It cannot be rolled back, because ${reason}${shown}. Nothing was changed.`,
    {
      details: { difference },
    },
  );
}
