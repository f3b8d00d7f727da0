import type { UpdateToDecide } from "./updates.sql.js";

/** What to do about a package that a pin keeps: nobody but the machine's owner can change that. */
export function pinMessage({ name, agentName }: Pick<UpdateToDecide, "name" | "agentName">): string {
  return `A pin on ${agentName} itself holds ${name}. Change it there, for apt in /etc/apt/preferences or /etc/apt/preferences.d, then scan again.`;
}
