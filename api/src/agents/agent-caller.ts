import type { AgentCaller } from "../access/caller.js";
import type { RequestContext } from "../schema/context.js";

/** The agent that asks, in a field that only agents may use. It is who its token says, whatever the input names. */
export function callingAgent(context: RequestContext): AgentCaller {
  const { caller } = context;
  if (caller.kind === "agent") return caller;
  throw new Error("A field for agents was reached by somebody else: it lacks @ForAgents().");
}
