import type { ClientConfig } from "pg";
import { parseIntoClientConfig } from "pg-connection-string";
import { StartupError } from "./startup-error.js";

const EXAMPLE = "postgres://redflag:secret@db.example.org:5432/redflag";

/**
 * Reads a DATABASE_URL as pg and psql do, with `sslmode` and Unix socket hosts. Throws a
 * {@link StartupError} `DATABASE_URL_INVALID` that repeats neither the URL nor its password.
 */
export function parseDatabaseUrl(url: string): ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new StartupError(
      "DATABASE_URL_INVALID",
      `DATABASE_URL does not begin with postgres://: write it like ${EXAMPLE}.`,
    );
  }
  let config: ClientConfig;
  try {
    config = parseIntoClientConfig(url);
  } catch (error) {
    throw new StartupError(
      "DATABASE_URL_INVALID",
      `DATABASE_URL cannot be read as an address: write it like ${EXAMPLE} (special characters in the password as %XX).`,
      // Its message may hold the URL and with it the password; only its kind is kept.
      { cause: error instanceof Error ? error.name : undefined },
    );
  }
  if (config.database) return config;
  throw new StartupError("DATABASE_URL_INVALID", `DATABASE_URL names no database: write it like ${EXAMPLE}.`);
}
