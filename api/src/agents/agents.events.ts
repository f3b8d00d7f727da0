import * as v from "valibot";

/** What an agent tells about its machine, cleaned. Null means that it did not say. */
export const AgentFacts = v.object({
  hostname: v.string(),
  osName: v.nullable(v.string()),
  osVersion: v.nullable(v.string()),
  /** In Node's words: x64, arm64 … */
  architecture: v.string(),
  /** SHA-256 over the machine id and a fixed word, 64 hex digits: equal for clones. */
  machineFingerprint: v.nullable(v.string()),
  agentVersion: v.string(),
  canInstall: v.boolean(),
  cannotInstallReason: v.nullable(v.string()),
  requiresReboot: v.nullable(v.boolean()),
});
export type AgentFacts = v.InferOutput<typeof AgentFacts>;

/** A machine enrolled; the actor is the agent itself. */
export const AgentRegistered = v.object({
  facts: AgentFacts,
  /** Whose seat it took. */
  registrationTokenId: v.pipe(v.string(), v.uuid()),
});

/** The machine told something new about itself. */
export const AgentFactsChanged = v.object({ facts: AgentFacts });

/** Somebody gave it another name; null: its host name again. */
export const AgentRenamed = v.object({ name: v.nullable(v.string()) });

/** Somebody took it out of service. */
export const AgentRetired = v.object({});
