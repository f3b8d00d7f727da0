import { isIP } from "node:net";
import * as v from "valibot";

/** One setting as people see it. */
export interface SettingDoc {
  /** Name of the environment variable. */
  readonly name: string;
  /** What holds when it is not set. */
  readonly fallback: string;
  /** What it means, its unit and what is allowed. */
  readonly means: string;
}

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/, "a whole number is needed"),
  v.transform(Number),
  v.maxValue(65_535, "the largest port is 65535"),
);

const seconds = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, "a whole number of seconds is needed"),
    v.transform(Number),
    v.minValue(least, `at least ${least} seconds are needed`),
    v.maxValue(most, `at most ${most} seconds are allowed`),
  );

/** 0 keeps things for ever. */
const keptDays = (least: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,5}$/, "a whole number of days is needed"),
    v.transform(Number),
    v.check((days) => days === 0 || days >= least, `0 (for ever) or at least ${least} days are needed`),
  );

const flag = v.pipe(
  v.picklist(["0", "1"], "0 or 1 is needed"),
  v.transform((text) => text === "1"),
);

const proxies = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ),
  v.everyItem(isAddressOrRange, "addresses or ranges such as 127.0.0.1 or 10.0.0.0/8 are needed"),
);

function isAddressOrRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    more.length === 0 &&
    longest > 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest))
  );
}

const logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

/** Every setting of the server. The names are those of the environment; there are no others. */
export const settingsSchema = v.object({
  SERVER_HOST: v.optional(v.string(), "127.0.0.1"),
  SERVER_PORT: v.optional(port, "8080"),
  SERVER_TRUST_PROXY: v.optional(proxies, ""),
  REDFLAG_DATA_DIR: v.optional(v.string()),
  REDFLAG_LOG_LEVEL: v.optional(v.picklist(logLevels, `one of ${logLevels.join(", ")} is needed`), "info"),
  REDFLAG_CHECK_IN_SECONDS: v.optional(seconds(5, 86_400), "300"),
  REDFLAG_SCAN_SECONDS: v.optional(seconds(60, 604_800), "86400"),
  REDFLAG_KEEP_EVENT_DAYS: v.optional(keptDays(30), "400"),
  REDFLAG_KEEP_SCAN_DAYS: v.optional(keptDays(7), "90"),
  REDFLAG_KEEP_OUTPUT_DAYS: v.optional(keptDays(1), "90"),
  REDFLAG_LOCAL_AGENT: v.optional(flag, "0"),
  DATABASE_URL: v.optional(v.string()),
});

/** The settings as the program reads them. */
export type Settings = v.InferOutput<typeof settingsSchema>;

/** The name of a setting. */
export type SettingName = keyof Settings;

/** Said about every setting; docs/configuration.md is made from it. */
export const settingDocs = {
  SERVER_HOST: {
    fallback: "127.0.0.1",
    means:
      "The address to listen on. Anything but loopback lets other machines connect; put a proxy with TLS before it.",
  },
  SERVER_PORT: { fallback: "8080", means: "The port to listen on; 0 takes any free one." },
  SERVER_TRUST_PROXY: {
    fallback: "none",
    means:
      "Addresses or ranges, separated by commas, of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, for example `127.0.0.1,10.0.0.0/8`.",
  },
  REDFLAG_DATA_DIR: {
    fallback: "/var/lib/redflag for root, else ~/.local/share/redflag",
    means: "The folder of everything that must survive a restart, the embedded database first of all.",
  },
  REDFLAG_LOG_LEVEL: { fallback: "info", means: `How much is logged: ${logLevels.join(", ")}.` },
  REDFLAG_CHECK_IN_SECONDS: {
    fallback: "300",
    means:
      "How often agents check in, in seconds: 5 to 86400. After three times this an agent counts as offline.",
  },
  REDFLAG_SCAN_SECONDS: {
    fallback: "86400",
    means:
      "How often agents are expected to scan, in seconds: 60 to 604800. A scan older than three times this is stale. It makes no agent scan: each scans by its own `scanIntervalSeconds`, 21600 by default, so keep this at least as long.",
  },
  REDFLAG_KEEP_EVENT_DAYS: {
    fallback: "400",
    means:
      "For how many days the events of machines are kept, and with them closed updates, ended commands and their plans: 30 or more, 0 for ever. Older events are summed up.",
  },
  REDFLAG_KEEP_SCAN_DAYS: {
    fallback: "90",
    means:
      "For how many days scans are kept that newer ones have replaced: 7 or more, 0 for ever. The latest of a source always stays.",
  },
  REDFLAG_KEEP_OUTPUT_DAYS: {
    fallback: "90",
    means: "For how many days the output of ended commands is kept: 1 or more, 0 for ever.",
  },
  REDFLAG_LOCAL_AGENT: {
    fallback: "0",
    means:
      "1 makes a registration token for one agent at start and tells it to the supervising process; set by `npm start`.",
  },
  DATABASE_URL: {
    fallback: "the embedded PostgreSQL",
    means: "A PostgreSQL server, 15 or later, for example `postgresql://redflag@db.example/redflag`.",
  },
} as const satisfies Record<SettingName, Omit<SettingDoc, "name">>;
