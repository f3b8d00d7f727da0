const PREFIX = "agent:";

/** The stream of everything that happens to one machine. */
export function agentStream(agentId: string): string {
  return PREFIX + agentId;
}

/** The agent of a stream that `agentStream` named. */
export function agentOfStream(stream: string): string {
  if (!stream.startsWith(PREFIX)) throw new Error(`${stream} is not the stream of an agent.`);
  return stream.slice(PREFIX.length);
}
