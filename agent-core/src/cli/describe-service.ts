import type { ServiceStatus } from "../service/service-status.js";

/** The status as lines for people. */
export function describeService(status: ServiceStatus): readonly string[] {
  const { mode, units, isEnabled, state, result, exitCode, nextRunAt, lastRunAt } = status;
  if (mode === null) return ["Mode:     not installed; redflag-agent service install does that"];
  const edited = units.filter(({ owner }) => owner === "edited").map(({ file }) => file);
  const end = result === "success" ? "" : `, last end: ${result}${exitCode === 0 ? "" : ` ${exitCode}`}`;
  return [
    `Mode:     ${mode === "resident" ? "resident" : "timer, one run at each wake-up"}`,
    `State:    ${state}${end}`,
    `At start: ${isEnabled ? "started with the machine" : "not started with the machine"}`,
    ...(mode === "timer"
      ? [`Last run: ${lastRunAt ?? "none by the timer yet"}`, `Next run: ${nextRunAt ?? "not known"}`]
      : []),
    `Units:    ${units.map(({ file }) => file).join(", ")}`,
    ...(edited.length > 0 ? [`Edited by hand since: ${edited.join(", ")}`] : []),
  ];
}
