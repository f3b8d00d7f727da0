/** What agents need to know of their commands. The commands noun implements it and registers it. */
export interface CommandsInHand {
  /** The agent is alive and still has these in hand: their leases begin anew. Ids of others are ignored. */
  renewLeases(agentId: string, commandIds: readonly string[]): Promise<void>;
  /** Which of these commands should stop: cancelled, or asked to stop. Plain uuids in and out. */
  cancelled(agentId: string, commandIds: readonly string[]): Promise<readonly string[]>;
  /** Whether something waits to be claimed by this agent. */
  hasQueued(agentId: string): Promise<boolean>;
  /**
   * Whether the agent has taken a command and not yet told how it ended. A retired agent's access token
   * lives just as long, so that a running install can still report its end.
   */
  hasInHand(agentId: string): Promise<boolean>;
}
