import type { ProcessUnit } from "@redflag/plugin-sdk";

/** Units that cannot be restarted without taking everything down. */
const WHOLE_SYSTEM = new Set(["init.scope", "dbus.service", "dbus-broker.service"]);
const USER_SLICE = /^user-\d+\.slice$/;

/**
 * The systemd unit of a process: of a service or scope of the system the outermost one, of whatever runs for a user the
 * user's slice; null when it belongs to none.
 *
 * @param cgroup the text of `/proc/<pid>/cgroup`, version 1 or 2
 */
export function unitOf(cgroup: string): ProcessUnit | null {
  const lines = cgroup.split("\n");
  const line =
    lines.find((one) => one.includes(":name=systemd:")) ?? lines.find((one) => one.startsWith("0::"));
  const parts = line?.slice(line.indexOf("/") + 1).split("/") ?? [];
  const user = parts.find((part) => USER_SLICE.test(part));
  if (user !== undefined) return { kind: "session", name: user };
  const unit = parts.find((part) => part.endsWith(".service") || part.endsWith(".scope"));
  if (unit === undefined) return null;
  return { kind: WHOLE_SYSTEM.has(unit) ? "system" : "service", name: unit };
}
