import * as v from "valibot";
import { LOG_LEVELS } from "../log/pino-log.js";

const URL_TEXT = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol),
    "a web address is needed, for example https://redflag.example.org",
  ),
  // The address is shown and written into units, which everybody can read.
  v.check((text) => !hasPassword(text), "the address holds a user name or password; remove them"),
);

function hasPassword(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== "" || password !== "";
}

const PLUGIN_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?redflag-plugin-[a-z0-9._-]+$/u;

const PACKAGE = v.pipe(
  v.string(),
  v.check(
    (text) => PLUGIN_NAME.test(text) || text.startsWith("/"),
    "a package redflag-plugin-… or @scope/redflag-plugin-…, or an absolute path to one, is needed",
  ),
);

const PLUGIN = v.pipe(
  v.union([PACKAGE, v.strictObject({ package: PACKAGE, config: v.exactOptional(v.unknown()) })]),
  v.transform((entry) =>
    typeof entry === "string"
      ? { package: entry, config: undefined }
      : { package: entry.package, config: entry.config },
  ),
);

/** Every setting of the agent with its default. The descriptions are the documentation. */
export const CONFIG_SCHEMA = v.strictObject({
  serverUrl: v.pipe(
    v.exactOptional(URL_TEXT),
    v.description(
      "Address of the server, for example https://redflag.example.org. Default the one that the machine was enrolled with; without any the agent works alone.",
    ),
  ),
  registrationToken: v.pipe(
    v.exactOptional(v.pipe(v.string(), v.minLength(1))),
    v.description("Secret that enrols this machine at its first start. Not needed afterwards."),
  ),
  allowInsecureHttp: v.pipe(
    v.optional(v.boolean(), false),
    v.description(
      "Whether http:// is allowed to a server that is not this machine. Tokens then travel in the clear.",
    ),
  ),
  caFile: v.pipe(
    v.exactOptional(
      v.pipe(
        v.string(),
        v.check((text) => text.startsWith("/"), "an absolute path is needed"),
      ),
    ),
    v.description(
      "PEM file with further certificate authorities, for a server with a certificate of your own.",
    ),
  ),
  stateDir: v.pipe(
    v.exactOptional(v.pipe(v.string(), v.minLength(1))),
    v.description("Folder of the agent's state. Default /var/lib/aggregator for root."),
  ),
  plugins: v.pipe(
    v.optional(v.pipe(v.array(PLUGIN), v.maxLength(50)), ["redflag-plugin-apt"]),
    v.description("Plugins to load: package names, or objects with package and config."),
  ),
  scanIntervalSeconds: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(604_800)), 21_600),
    v.description("How often the agent scans by itself, in seconds; 60 to 604800."),
  ),
  stopTimeoutSeconds: v.pipe(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7_200)), 60),
    v.description(
      "How long a stopping agent waits for an installation that cannot be interrupted, in seconds.",
    ),
  ),
  logLevel: v.pipe(
    v.optional(v.picklist(LOG_LEVELS), "info"),
    v.description("How much is logged: debug, info, warn, error or silent."),
  ),
});

/** The checked configuration. */
export type AgentConfig = v.InferOutput<typeof CONFIG_SCHEMA>;

/** One plugin to load. */
export type PluginSpec = AgentConfig["plugins"][number];

/** Settings whose values are never printed. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(["registrationToken"]);
