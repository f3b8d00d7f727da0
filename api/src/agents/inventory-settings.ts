/** How often agents are heard of, and from when on what they told is old. All in seconds. */
export interface InventorySettings {
  /** How often agents are asked to check in. Default 300. */
  readonly checkInIntervalSeconds: number;
  /** How often agents scan by themselves. Default 86400, a day. */
  readonly scanIntervalSeconds: number;
}

export const defaultInventorySettings: InventorySettings = {
  checkInIntervalSeconds: 300,
  scanIntervalSeconds: 86_400,
};

/** Two lost messages are an accident, three are silence. */
const MISSED = 3;

/** From how much silence on an agent is OFFLINE, in seconds. */
export function offlineAfterSeconds(settings: InventorySettings): number {
  return MISSED * settings.checkInIntervalSeconds;
}

/** From which age on a complete scan is STALE, in seconds. */
export function staleAfterSeconds(settings: InventorySettings): number {
  return MISSED * settings.scanIntervalSeconds;
}
