import { createHash } from "node:crypto";

/** Whose a unit file is. */
export type UnitOwner =
  | "ours"
  /** Ours, and changed by somebody since. */
  | "edited"
  | "foreign";

const FIRST_LINE = "# Made by redflag-agent service install. Change it with `systemctl edit`, not here.";
const SEAL = /^# sha256 of what follows: ([0-9a-f]{64})\n/u;

/** Puts the two lines in front by which a unit is known as ours and unchanged. */
export function sealUnit(body: string): string {
  return `${FIRST_LINE}\n# sha256 of what follows: ${digestOf(body)}\n${body}`;
}

/** Judges a unit file by its text. */
export function ownerOfUnit(text: string): UnitOwner {
  if (!text.startsWith(`${FIRST_LINE}\n`)) return "foreign";
  const rest = text.slice(FIRST_LINE.length + 1);
  const [line, digest] = SEAL.exec(rest) ?? [];
  if (line === undefined) return "edited";
  return digest === digestOf(rest.slice(line.length)) ? "ours" : "edited";
}

const digestOf = (body: string): string => createHash("sha256").update(body).digest("hex");
