/** What keeps a package as it is on the machine: a mark in the package manager, or a pin in its configuration. */
export type MachineHold = "mark" | "pin";

/** Whether the package manager itself holds a package now. */
export interface HoldMark {
  readonly key: string;
  /** What the package manager says afterwards, not what was asked for. */
  readonly isHeld: boolean;
  /** Why it is not as it was asked for. */
  readonly message?: string;
}
