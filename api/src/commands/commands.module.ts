import { COMMANDS_IN_HAND, DATABASE, EVENT_BUS, EVENT_LOG } from "../injection-tokens.js";
import type { ApiModule } from "../module.js";
import { AgentCommandsResolver } from "./agent-commands.resolver.js";
import { AgentCommandListResolver, CommandFieldsResolver } from "./command-fields.resolver.js";
import { COMMAND_PARTS } from "./command-parts.js";
import { COMMAND_PROGRESS_HINTS, CommandProgressHints } from "./command-progress-hints.js";
import { CommandEntity } from "./command.entity.js";
import { commandsInHand } from "./commands-in-hand.js";
import { CommandsResolver } from "./commands.resolver.js";
import { loadCommands } from "./load-commands.js";
import { PLANS_OF_COMMANDS } from "./plans-of-commands.js";
import { commandEvents } from "./project-commands.js";
import { sweepRegularly } from "./sweep-regularly.js";

/** What agents are told to do. */
export const commandsModule: ApiModule = {
  name: "commands",
  entities: [CommandEntity],
  events: commandEvents,
  resolvers: [CommandsResolver, CommandFieldsResolver, AgentCommandListResolver, AgentCommandsResolver],
  nodes: { cmd: { type: "Command", requires: "updates:read", load: loadCommands } },
  register(container) {
    const database = container.resolve(DATABASE);
    container.registerInstance(COMMANDS_IN_HAND, commandsInHand(database));
    container.registerInstance(
      COMMAND_PROGRESS_HINTS,
      new CommandProgressHints(container.resolve(EVENT_BUS)),
    );
    // Plans register after commands, so they are asked for when the parts are first used.
    container.register(COMMAND_PARTS, {
      useFactory: () => ({
        database,
        events: container.resolve(EVENT_LOG),
        plans: container.resolve(PLANS_OF_COMMANDS),
      }),
    });
  },
  background: (container) => [
    sweepRegularly(container.resolve(COMMAND_PARTS)),
    {
      name: "commands.hints",
      start: () => {},
      stop: () => container.resolve(COMMAND_PROGRESS_HINTS).close(),
    },
  ],
};
