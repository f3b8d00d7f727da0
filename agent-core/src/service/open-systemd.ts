import { stat } from "node:fs/promises";
import path from "node:path";
import type { ProcessFacts } from "../run/process-facts.js";
import { ServiceError } from "./service-error.js";
import { Systemctl } from "./systemctl.js";

/** The service manager of this machine. @throws ServiceError when systemd does not run it */
export async function openSystemd(facts: ProcessFacts, signal: AbortSignal): Promise<Systemctl> {
  const isThere = await stat(path.join(facts.fileRoot, "/run/systemd/system")).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return new Systemctl(facts, signal);
  throw new ServiceError(
    "systemd does not run this machine. Let its own service manager start `redflag-agent run`, or run `redflag-agent run --once` at intervals.",
  );
}

/** @throws ServiceError when this user may not change the machine's services */
export function checkIsRoot({ uid }: ProcessFacts): void {
  if (uid !== 0) throw new ServiceError("Only root may change the machine's services: run this with sudo.");
}
