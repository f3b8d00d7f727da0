import type { DependencyContainer } from "tsyringe";
import {
  AGENT_HINTS,
  AGENT_SESSIONS,
  CLAIM_SEAT,
  CLOCK,
  COMMANDS_IN_HAND,
  DATABASE,
  EVENT_LOG,
  INVENTORY_SETTINGS,
  LOG,
  PRESENCE_RECORDER,
  RANDOM_BYTES,
  REVOCATIONS,
} from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { AgentHints } from "./agent-hints.js";
import { AGENT_PARTS, type AgentParts } from "./agent-parts.js";
import { AgentSessions } from "./agent-sessions.js";
import { AgentEntity } from "./agent.entity.js";
import { AgentsResolver } from "./agents.resolver.js";
import { loadAgents } from "./load-agents.js";
import { noticeSilence } from "./notice-silence.js";
import { PresenceRecorder } from "./presence-recorder.js";
import { agentEvents } from "./project-agents.js";

/** Machines: how they enrol, prove who they are, and are heard of. */
export const agentsModule: ApiModule = {
  name: "agents",
  entities: [AgentEntity],
  events: agentEvents,
  resolvers: [AgentsResolver],
  nodes: { agent: { type: "Agent", requires: "agents:read", load: loadAgents } },
  authenticators: (container) => [container.resolve(AGENT_SESSIONS)],
  register(container) {
    const hints = new AgentHints();
    const presence = createPresence(container, hints);
    container.registerInstance(AGENT_HINTS, hints);
    container.registerInstance(PRESENCE_RECORDER, presence);
    container.registerInstance(AGENT_SESSIONS, createSessions(container, presence));
    container.registerInstance(AGENT_PARTS, createParts(container));
  },
  background: (container) => [
    {
      name: "agents.presence",
      start: () => {},
      stop: () => container.resolve(PRESENCE_RECORDER).flush(),
    },
    noticeSilence({
      database: container.resolve(DATABASE),
      onSilent: (agentIds) => container.resolve(AGENT_HINTS).publish(agentIds),
    }),
  ],
};

function createPresence(container: DependencyContainer, hints: AgentHints): PresenceRecorder {
  return new PresenceRecorder({
    sql: container.resolve(DATABASE),
    clock: container.resolve(CLOCK),
    log: container.resolve(LOG),
    settings: container.resolve(INVENTORY_SETTINGS),
    onReturned: (agentIds) => hints.publish(agentIds),
  });
}

function createSessions(container: DependencyContainer, presence: PresenceRecorder): AgentSessions {
  return new AgentSessions({
    database: container.resolve(DATABASE),
    clock: container.resolve(CLOCK),
    commands: () => container.resolve(COMMANDS_IN_HAND),
    onSeen: (agentId) => presence.sawAgent(agentId),
  });
}

function createParts(container: DependencyContainer): AgentParts {
  return {
    database: container.resolve(DATABASE),
    events: container.resolve(EVENT_LOG),
    claimSeat: container.resolve(CLAIM_SEAT),
    clock: container.resolve(CLOCK),
    randomBytes: container.resolve(RANDOM_BYTES),
    log: container.resolve(LOG),
    settings: container.resolve(INVENTORY_SETTINGS),
    presence: container.resolve(PRESENCE_RECORDER),
    // The commands noun registers after this one.
    get commands() {
      return container.resolve(COMMANDS_IN_HAND);
    },
    onRevoked: (agentId) => {
      container.resolve(AGENT_SESSIONS).forget(agentId);
      container.resolve(REVOCATIONS).announce({ kind: "agent", id: agentId });
    },
  };
}
