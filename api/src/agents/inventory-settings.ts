/** What whoever runs the server may set about agents. */
export interface InventorySettings {
  /** How often agents are asked to check in, in seconds. */
  readonly checkInIntervalSeconds: number;
  /** How often agents are expected to scan, in seconds: three times that makes knowledge STALE. */
  readonly scanIntervalSeconds: number;
}

/** Every five minutes, and once a day. */
export const defaultInventorySettings: InventorySettings = {
  checkInIntervalSeconds: 300,
  scanIntervalSeconds: 86_400,
};
