import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Makes sure that the agent's configuration file is there: the agent refuses a file that is named and missing, and without
 * a name it would read the one of another agent of this machine. What is in it stays.
 *
 * @param {string} file
 */
export function keepAgentConfig(file) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, "{}\n", { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
  }
}
