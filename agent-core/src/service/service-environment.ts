import path from "node:path";
import { CONFIG_VARIABLES, type Environment } from "../config/load-config.js";
import { SECRET_SETTINGS } from "../config/config-schema.js";

/**
 * The settings of this environment that the service shall have, too. Secrets stay behind: everybody can read a unit.
 *
 * @param env where an empty variable counts as not set
 */
export function serviceEnvironment(env: Environment): Record<string, string> {
  const names = Object.entries(CONFIG_VARIABLES)
    .filter(([, setting]) => !SECRET_SETTINGS.has(setting))
    .map(([name]) => name);
  const kept = names.flatMap((name) => {
    const value = env[name];
    return value ? [[name, value] as const] : [];
  });
  const file = env["AGENT_CONFIG_PATH"];
  // A unit starts in another folder.
  return { ...(file ? { AGENT_CONFIG_PATH: path.resolve(file) } : {}), ...Object.fromEntries(kept) };
}
