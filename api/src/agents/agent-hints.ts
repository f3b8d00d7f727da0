/**
 * Says in this process which agents changed without an event: went silent, or were heard of again. A hint
 * only; the truth is a query.
 */
export class AgentHints {
  readonly #listeners = new Set<(agentIds: readonly string[]) => void>();

  /** Plain uuids. */
  publish(agentIds: readonly string[]): void {
    if (agentIds.length === 0) return;
    for (const listener of this.#listeners) listener(agentIds);
  }

  /** Returns how to stop. */
  onChanged(listener: (agentIds: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
