import type { StandardSchema, StandardSchemaIssue } from "@redflag/plugin-sdk";

/** What the owner of a machine may set for this plugin. */
export interface AptConfig {
  /**
   * Absolute path of another root than `/`, for example a container's. It holds an `apt.conf` that points apt there,
   * and `var/lib/dpkg`.
   */
  readonly rootDir?: string;
  /** How long an installation waits for another package manager to finish, in seconds. Default 300. */
  readonly lockTimeoutSeconds?: number;
  /** How much disk space previous packages may take that are kept for rollbacks, in MiB. 0 keeps none. Default 1024. */
  readonly keptMebibytes?: number;
  /** How long they are kept, in days. Default 30. */
  readonly keptDays?: number;
}

/** The checks by name of the setting; each returns what is wrong, or null. */
const SETTINGS: Readonly<Record<keyof AptConfig, (value: unknown) => string | null>> = {
  rootDir: (value) =>
    typeof value === "string" && value.startsWith("/") && !value.endsWith("/")
      ? null
      : "must be an absolute path without a slash at its end",
  lockTimeoutSeconds: wholeNumber("seconds", 0, 3600),
  keptMebibytes: wholeNumber("MiB", 0, 1_048_576),
  keptDays: wholeNumber("days", 1, 3650),
};

function wholeNumber(unit: string, min: number, max: number): (value: unknown) => string | null {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? null
      : `must be a whole number of ${unit} from ${min} to ${max}`;
}

/** Checks the plugin's part of the agent's configuration. */
export const configSchema: StandardSchema<unknown, AptConfig> = {
  "~standard": {
    version: 1,
    vendor: "redflag-plugin-apt",
    validate(value) {
      if (value === undefined || value === null) return { value: {} };
      if (typeof value !== "object" || Array.isArray(value))
        return { issues: [{ message: "must be an object" }] };
      const issues = Object.entries(value).flatMap(([name, entry]) => issuesOf(name, entry));
      return issues.length > 0 ? { issues } : { value };
    },
  },
};

function issuesOf(name: string, value: unknown): StandardSchemaIssue[] {
  if (!Object.hasOwn(SETTINGS, name)) {
    return [
      { message: `there is no such setting; there are ${Object.keys(SETTINGS).join(", ")}`, path: [name] },
    ];
  }
  const problem = SETTINGS[name as keyof AptConfig](value);
  return problem === null ? [] : [{ message: problem, path: [name] }];
}
