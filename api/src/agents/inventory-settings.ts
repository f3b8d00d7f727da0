/** What the operator of the server may set about agents. */
export interface InventorySettings {
  /** How often agents are asked to check in, in seconds. */
  readonly checkInIntervalSeconds: number;
}

export const defaultInventorySettings: InventorySettings = { checkInIntervalSeconds: 300 };
