import type { InjectionToken } from "tsyringe";
import type { CheckInParts } from "./check-in.js";
import type { RegisterParts } from "./register-agent.js";
import type { RenewParts } from "./renew-agent.js";
import type { RetireParts } from "./retire-agent.js";

/** What the verbs of agents work with. */
export interface AgentParts extends RegisterParts, RenewParts, RetireParts, CheckInParts {}

export const AGENT_PARTS: InjectionToken<AgentParts> = Symbol("AgentParts");
