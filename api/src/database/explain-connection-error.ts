import type { ClientConfig } from "pg";
import { StartupError } from "./startup-error.js";
import { errorCode, isConnectionLost } from "./sql-errors.js";

const UNREACHABLE = new Set(["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EACCES", "53300"]);
const CERTIFICATE = /CERT|SIGNATURE|TLS|SSL/;

/**
 * Puts why a PostgreSQL server could not be used into one sentence with the way out. Names host, user and
 * database, never the password.
 */
export function explainConnectionError(error: unknown, connection: ClientConfig): StartupError {
  if (error instanceof StartupError) return error;
  const code = errorCode(error) ?? "";
  const message = error instanceof Error ? error.message : String(error);
  const { user = "", database = "" } = connection;
  const server = nameServer(connection);
  const options = { cause: error };
  if (code === "28P01" || code === "28000" || message.startsWith("SASL")) {
    return new StartupError(
      "DATABASE_REFUSED",
      `PostgreSQL at ${server} refused the user "${user}" (${message}): check user and password in DATABASE_URL, and the server's pg_hba.conf.`,
      options,
    );
  }
  if (code === "3D000") {
    return new StartupError(
      "DATABASE_MISSING",
      `PostgreSQL at ${server} has no database "${database}": create it with "createdb --owner=${user} ${database}", or correct DATABASE_URL.`,
      options,
    );
  }
  if (code === "42501") {
    return new StartupError(
      "DATABASE_PERMISSION",
      `The user "${user}" may not do what RedFlag needs in the database "${database}" (${message}): make it the owner with "alter database ${database} owner to ${user}".`,
      options,
    );
  }
  if (CERTIFICATE.test(code) || /SSL/.test(message)) {
    return new StartupError(
      "DATABASE_REFUSED",
      `No encrypted connection to PostgreSQL at ${server} (${message}): correct "sslmode" or "sslrootcert" in DATABASE_URL.`,
      options,
    );
  }
  if (isConnectionLost(error) || UNREACHABLE.has(code) || /timeout/i.test(message)) {
    return new StartupError(
      "DATABASE_UNREACHABLE",
      `PostgreSQL at ${server} cannot be reached (${message || code}): start it, or correct DATABASE_URL.`,
      options,
    );
  }
  return new StartupError("DATABASE_FAILED", `PostgreSQL at ${server} failed: ${message}`, options);
}

/** Throws {@link StartupError} `DATABASE_TOO_OLD` for a server before PostgreSQL 15. */
export function refuseOldServer(serverVersion: number, connection: ClientConfig): void {
  if (serverVersion >= 150_000) return;
  const version = `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
  throw new StartupError(
    "DATABASE_TOO_OLD",
    `PostgreSQL at ${nameServer(connection)} is version ${version}, but RedFlag needs 15 or later: upgrade it, or correct DATABASE_URL.`,
  );
}

function nameServer(connection: ClientConfig): string {
  const { host = "localhost", port = 5432 } = connection;
  return host.startsWith("/") ? `socket ${host}` : `${host}:${port}`;
}
