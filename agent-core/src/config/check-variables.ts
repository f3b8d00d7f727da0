import { ConfigError } from "./config-error.js";
import { suggestName } from "./suggest-name.js";

/** The server's settings (docs/configuration.md), which may stand in the same environment. */
export const SERVER_VARIABLES: ReadonlySet<string> = new Set([
  "REDFLAG_DATA_DIR",
  "REDFLAG_CHECK_IN_SECONDS",
  "REDFLAG_SCAN_SECONDS",
  "REDFLAG_KEEP_EVENT_DAYS",
  "REDFLAG_KEEP_SCAN_DAYS",
  "REDFLAG_KEEP_OUTPUT_DAYS",
  "REDFLAG_LOCAL_AGENT",
]);

/**
 * Refuses variables that look like the agent's and mean nothing, so that no setting is lost to a slip of the pen. An
 * empty variable counts as not set.
 *
 * @param known the names that mean something.
 * @throws ConfigError
 */
export function checkVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): void {
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("REDFLAG_") || name.startsWith("REDFLAG_TEST_") || !value) continue;
    if (known.includes(name) || SERVER_VARIABLES.has(name)) continue;
    const meant = suggestName(name, known);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new ConfigError(
      `${name} is not a setting of the agent.${hint} docs/agent.md lists all of them; correct or remove it.`,
    );
  }
}
