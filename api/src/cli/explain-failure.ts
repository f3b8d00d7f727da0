import { BackupError } from "../backup/backup-error.js";
import { SettingsError } from "../config/read-settings.js";
import { StartupError } from "../database/startup-error.js";

/** What to print and how to end. */
export interface Failure {
  /** One sentence: what is wrong, where, what to do. */
  readonly message: string;
  /** See docs/configuration.md. */
  readonly exitCode: number;
}

const TELL_US = "This should not happen; please report it with the text above.";

/** Turns whatever kept the program from running into one clear sentence and an exit code. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof StartupError || error instanceof SettingsError || error instanceof BackupError) {
    return { message: error.message, exitCode: error.exitCode };
  }
  if (error instanceof Error && "syscall" in error) {
    if (error.syscall === "listen") return explainListen(error);
    if (error.syscall === "getaddrinfo") return explainLookUp(error);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `${text}\n${TELL_US}`, exitCode: 70 };
}

function explainListen(error: Error & { code?: unknown; address?: unknown; port?: unknown }): Failure {
  const place = `${String(error.address)}:${String(error.port)}`;
  if (error.code === "EADDRINUSE") {
    const todo = "End it, or choose another with SERVER_PORT.";
    return { message: `Port ${String(error.port)} is in use by another program. ${todo}`, exitCode: 98 };
  }
  if (error.code === "EACCES") {
    const todo = "Choose a port above 1023 with SERVER_PORT.";
    return { message: `This user may not listen on ${place}. ${todo}`, exitCode: 77 };
  }
  if (error.code === "EADDRNOTAVAIL") {
    const todo = "Correct SERVER_HOST.";
    return {
      message: `This machine has no address ${String(error.address)} to listen on. ${todo}`,
      exitCode: 78,
    };
  }
  return { message: `The server cannot listen on ${place}: ${error.message}.`, exitCode: 70 };
}

/** The database's own look-up comes as a StartupError, so what is looked up here is the address to listen on. */
function explainLookUp(error: Error & { hostname?: unknown }): Failure {
  const todo = "Correct SERVER_HOST, or give it an address.";
  return { message: `The host name ${String(error.hostname)} has no address here. ${todo}`, exitCode: 78 };
}
