import type { ProcessFacts } from "../run/process-facts.js";
import { readInstalledUnits, type InstalledUnit } from "./installed-units.js";
import { SERVICE_UNIT, type ServiceMode, TIMER_UNIT } from "./render-units.js";
import type { Systemctl, UnitProperties } from "./systemctl.js";

/** What is installed and how it goes. */
export interface ServiceStatus {
  /** null: none of ours is installed. */
  readonly mode: ServiceMode | null;
  readonly units: readonly Pick<InstalledUnit, "file" | "owner">[];
  /** Whether it is started with the machine. */
  readonly isEnabled: boolean;
  /** systemd's words for the service's state, for example "active (running)". */
  readonly state: string;
  /** How the service last ended, in systemd's words: "success", "exit-code", "signal" … */
  readonly result: string;
  /** The exit code of its last end; 0 when it never ended. */
  readonly exitCode: number;
  /** When the timer wakes it next; null without a timer. ISO 8601. */
  readonly nextRunAt: string | null;
  /** When the timer woke it last; null without a timer or when it never did. ISO 8601. */
  readonly lastRunAt: string | null;
  /** Whether it does what it is installed for: it runs, or its timer waits and the last run did not fail. */
  readonly isHealthy: boolean;
}

const ASKED = ["ActiveState", "SubState", "Result", "ExecMainStatus", "UnitFileState"];
const ASKED_OF_TIMER = ["ActiveState", "UnitFileState", "NextElapseUSecRealtime", "LastTriggerUSec"];

/** Looks at the service without changing anything; any user may. @throws ServiceError */
export async function readServiceStatus(facts: ProcessFacts, systemctl: Systemctl): Promise<ServiceStatus> {
  const units = (await readInstalledUnits(facts.fileRoot)).filter(({ owner }) => owner !== "foreign");
  const service = await systemctl.show(SERVICE_UNIT, ASKED);
  const hasTimer = units.some(({ name }) => name === TIMER_UNIT);
  const timer = hasTimer ? await systemctl.show(TIMER_UNIT, ASKED_OF_TIMER) : {};
  const { Result: result = "unknown", ActiveState: active = "unknown", SubState: sub = "unknown" } = service;
  const isInstalled = units.some(({ name }) => name === SERVICE_UNIT);
  const mode = hasTimer ? "timer" : "resident";
  const isAtWork = (hasTimer ? timer : service)["ActiveState"] === "active";
  return {
    mode: isInstalled ? mode : null,
    units: units.map(({ file, owner }) => ({ file, owner })),
    isEnabled: (hasTimer ? timer : service)["UnitFileState"] === "enabled",
    state: `${active} (${sub})`,
    result,
    exitCode: Number(service["ExecMainStatus"] ?? 0),
    nextRunAt: timeOf(timer, "NextElapseUSecRealtime"),
    lastRunAt: timeOf(timer, "LastTriggerUSec"),
    isHealthy: isInstalled && isAtWork && active !== "failed",
  };
}

/** systemd writes times as "Sat 2026-11-21 23:00:00 UTC", in the zone of the caller, which is UTC for us. */
function timeOf(properties: UnitProperties, name: string): string | null {
  const [, day, time] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/u.exec(properties[name] ?? "") ?? [];
  return day === undefined ? null : `${day}T${time}.000Z`;
}
