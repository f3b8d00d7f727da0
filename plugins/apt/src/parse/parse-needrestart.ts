/** What still runs old code. */
export interface NeededRestarts {
  readonly services: readonly string[];
  /** A newer kernel is installed than the one that runs; null when needrestart cannot tell. */
  readonly kernel: boolean | null;
}

const SERVICE = "NEEDRESTART-SVC: ";
const KERNEL = "NEEDRESTART-KSTA: ";
const KERNEL_STATES: Readonly<Record<string, boolean>> = { "1": false, "2": true, "3": true };

/** Reads `needrestart -b`; null for anything else. */
export function parseNeedrestart(stdout: string): NeededRestarts | null {
  const lines = stdout.split("\n");
  if (!lines.some((line) => line.startsWith("NEEDRESTART-VER: "))) return null;
  const valuesOf = (prefix: string): string[] =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
  return {
    services: [...new Set(valuesOf(SERVICE))].toSorted(),
    kernel: KERNEL_STATES[valuesOf(KERNEL)[0] ?? ""] ?? null,
  };
}
