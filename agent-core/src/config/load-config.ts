import { readFileSync } from "node:fs";
import * as v from "valibot";
import { checkVariables } from "./check-variables.js";
import { ConfigError } from "./config-error.js";
import { type AgentConfig, CONFIG_SCHEMA, SECRET_SETTINGS } from "./config-schema.js";
import { suggestName } from "./suggest-name.js";

/** The environment variables, each for one setting. They win over the file. */
export const CONFIG_VARIABLES = {
  REDFLAG_SERVER_URL: "serverUrl",
  REDFLAG_REGISTRATION_TOKEN: "registrationToken",
  REDFLAG_ALLOW_INSECURE_HTTP: "allowInsecureHttp",
  REDFLAG_CA_FILE: "caFile",
  REDFLAG_AGENT_STATE_DIR: "stateDir",
  REDFLAG_SCAN_INTERVAL_SECONDS: "scanIntervalSeconds",
  REDFLAG_STOP_TIMEOUT_SECONDS: "stopTimeoutSeconds",
  REDFLAG_LOG_LEVEL: "logLevel",
} as const satisfies Record<string, keyof AgentConfig>;

const NUMBERS: ReadonlySet<string> = new Set(["scanIntervalSeconds", "stopTimeoutSeconds"]);
const BOOLEANS: ReadonlySet<string> = new Set(["allowInsecureHttp"]);

/** Variables by name, as the process was given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the configuration is looked for. */
export interface ConfigFile {
  readonly path: string;
  /** Somebody named it, so it must be there; the usual place may be empty. */
  readonly isNamed: boolean;
}

/** The file that `AGENT_CONFIG_PATH` names, or the usual place. */
export function findConfigFile(platform: NodeJS.Platform, env: Environment): ConfigFile {
  const named = env["AGENT_CONFIG_PATH"];
  if (named) return { path: named, isNamed: true };
  if (platform !== "win32") return { path: "/etc/aggregator/config.json", isNamed: false };
  const programData = env["ProgramData"] ?? "C:\\ProgramData";
  return { path: `${programData}\\RedFlag\\config.json`, isNamed: false };
}

/**
 * Reads the configuration: defaults, then the file if there is one, then the environment, then flags.
 *
 * @throws ConfigError
 */
export function loadConfig(
  file: ConfigFile,
  env: Environment,
  flags: Readonly<Record<string, unknown>>,
): AgentConfig {
  checkVariables(env, Object.keys(CONFIG_VARIABLES));
  const merged = { ...readFile(file), ...fromEnvironment(env), ...flags };
  const result = v.safeParse(CONFIG_SCHEMA, merged);
  if (result.success) return result.output;
  const lines = result.issues.map((issue) => `  ${describeIssue(issue)}`);
  throw new ConfigError(
    `The configuration is wrong (${file.path} and the environment):\n${lines.join("\n")}`,
  );
}

function readFile({ path: file, isNamed }: ConfigFile): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = String(Object(error).code);
    // Others than root need no secrets of the service to look at this machine.
    if (!isNamed && (code === "ENOENT" || code === "EACCES")) return {};
    const advice = isNamed ? " AGENT_CONFIG_PATH names it: make the file, or name another." : "";
    throw new ConfigError(`The configuration file ${file} cannot be read (${code}).${advice}`, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`The configuration file ${file} is not JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new ConfigError(`The configuration file ${file} must hold one JSON object.`);
}

function fromEnvironment(env: Environment): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [variable, setting] of Object.entries(CONFIG_VARIABLES)) {
    const value = env[variable];
    if (value === undefined || value === "") continue;
    settings[setting] = convert(setting, value);
  }
  return settings;
}

/** What cannot be converted stays text, so that the schema names it. */
function convert(setting: string, value: string): unknown {
  if (NUMBERS.has(setting) && /^\d+$/u.test(value)) return Number(value);
  if (!BOOLEANS.has(setting)) return value;
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : value;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? "the configuration";
  if (issue.type === "strict_object" && issue.expected === "never") {
    const key = place.split(".").at(-1) ?? place;
    const known = place.includes(".") ? ["package", "config"] : Object.keys(CONFIG_SCHEMA.entries);
    const meant = suggestName(key, known);
    return `${place}: there is no such setting${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  }
  const isSecret = SECRET_SETTINGS.has(place.split(".")[0] ?? "");
  return `${place}: ${isSecret ? "the value is not valid" : issue.message}`;
}
