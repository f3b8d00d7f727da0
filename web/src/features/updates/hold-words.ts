import { isActive } from "../commands/command-words.js";
import type { Hold } from "./hold-fragment.js";

/** How the machine stands to what RedFlag wants; null when the two agree or nothing is held. */
export interface MachineAnswer {
  readonly is: "waiting" | "not-enforced" | "not-released";
  readonly reason: string;
}

/** Whether the machine's package manager follows a hold or a release, and if not, why. */
export function machineAnswer({ heldBy, holdCommand: command }: Hold): MachineAnswer | null {
  if (command && isActive(command.state)) {
    return { is: "waiting", reason: command.waitingReason ?? "The agent is at it." };
  }
  const isMarked = heldBy.includes("MACHINE_MARK");
  if (heldBy.includes("REDFLAG") && !isMarked) {
    return { is: "not-enforced", reason: whyNotMarked(command) };
  }
  const hasFailed = command?.type === "RELEASE" && command.state !== "SUCCEEDED";
  if (!isMarked || heldBy.includes("REDFLAG") || !hasFailed) return null;
  return { is: "not-released", reason: command.failure?.message ?? "It was cancelled." };
}

function whyNotMarked(command: Hold["holdCommand"]): string {
  if (command === null) return "Its agent was not asked to.";
  if (command.failure) return command.failure.message;
  if (command.state === "CANCELLED") return "The command that asked for it was cancelled.";
  return "Somebody released it at the machine.";
}

/** Who holds it, as one line for a hint. */
export function holdersInWords({ heldBy, holdReason, holdSetBy }: Hold): string {
  const by = holdSetBy === null ? "RedFlag" : `RedFlag (${holdSetBy})`;
  const words = {
    REDFLAG: `by ${by}${holdReason === null ? "" : `: ${holdReason}`}`,
    MACHINE_MARK: "by a mark on the machine",
    MACHINE_PIN: "by a pin on the machine",
  } as const;
  return `Held ${heldBy.map((place) => words[place]).join("; ")}`;
}
