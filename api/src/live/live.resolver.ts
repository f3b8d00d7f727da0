import { injectable } from "tsyringe";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import { ForAgents, Requires } from "../access/rules.js";
import { callingAgent } from "../agents/agent-caller.js";
import type { Cursor } from "../events/cursor.js";
import type { RequestContext } from "../schema/context.js";
import { decodeId, idPrefixes, type IdPrefix } from "../schema/global-id.js";
import { RequestError } from "../schema/request-error.js";
import { serviceOf } from "../schema/service-of.js";
import { findCommands } from "../commands/commands.sql.js";
import { followAgents } from "./agent-changes.js";
import { followCommand } from "./command-moves.js";
import { LIVE_PARTS, type LiveParts } from "./live-parts.js";
import {
  AgentChangedEvent,
  AgentWokenEvent,
  CommandProgressedEvent,
  ScanFinishedEvent,
  UpdatesChangedEvent,
} from "./live.type.js";
import { readAfterArgument, readOutputSequence } from "./resume.js";
import { followScans } from "./scans-finished.js";
import { followUpdates } from "./update-changes.js";

/** What `subscribe` is called with. All arguments of subscriptions are texts. */
interface Data {
  readonly args: Readonly<Record<string, string | null | undefined>>;
  readonly context: RequestContext;
  readonly info: GraphQLResolveInfo;
}

const partsOf = ({ info }: Data): LiveParts => serviceOf(info, LIVE_PARTS);

/** The plain uuid of an optional id argument; null when it is absent. */
function readId(prefix: IdPrefix, id: string | null | undefined): string | null {
  if (id === null || id === undefined) return null;
  const uuid = decodeId(prefix, id);
  if (uuid !== null) return uuid;
  throw new RequestError(
    "BAD_USER_INPUT",
    `${JSON.stringify(id.slice(0, 100))} names no ${idPrefixes[prefix]}.`,
  );
}

/** Follows the log for one agent or for all, from where the caller left off. */
async function follow<T>(
  data: Data,
  agentArgument: "id" | "agentId",
  run: (
    parts: LiveParts,
    agentId: string | null,
    after: Cursor | undefined,
    signal: AbortSignal,
  ) => AsyncGenerator<T, void>,
): Promise<AsyncGenerator<T, void>> {
  const { context, args } = data;
  const agentId = readId("agent", args[agentArgument]);
  return run(
    partsOf(data),
    agentId,
    await readAfterArgument(context.database, args["after"]),
    context.signal,
  );
}

/** Everything that can be followed. Filtered here, resumable by `after`; the truth is a query. */
@injectable()
@Resolver()
export class LiveResolver {
  @Requires("agents:read")
  @Subscription(() => AgentChangedEvent, {
    subscribe: (data: Data) => follow(data, "id", followAgents),
  })
  agentChanged(
    @Root() event: AgentChangedEvent,
    @Arg("id", () => ID, { nullable: true }) _id?: string | null,
    @Arg("after", () => String, { nullable: true }) _after?: string | null,
  ): AgentChangedEvent {
    return event;
  }

  @Requires("agents:read")
  @Subscription(() => ScanFinishedEvent, {
    subscribe: (data: Data) => follow(data, "agentId", followScans),
  })
  scanFinished(
    @Root() event: ScanFinishedEvent,
    @Arg("agentId", () => ID, { nullable: true }) _agentId?: string | null,
    @Arg("after", () => String, { nullable: true }) _after?: string | null,
  ): ScanFinishedEvent {
    return event;
  }

  @Requires("updates:read")
  @Subscription(() => UpdatesChangedEvent, {
    subscribe: (data: Data) => follow(data, "agentId", followUpdates),
  })
  updatesChanged(
    @Root() event: UpdatesChangedEvent,
    @Arg("agentId", () => ID, { nullable: true }) _agentId?: string | null,
    @Arg("after", () => String, { nullable: true }) _after?: string | null,
  ): UpdatesChangedEvent {
    return event;
  }

  @Requires("updates:read")
  @Subscription(() => CommandProgressedEvent, {
    subscribe: async (data: Data) => {
      const parts = partsOf(data);
      const { id, after } = data.args;
      const commandId = readId("cmd", id) ?? "";
      const [command] = await findCommands(parts.database, [commandId]);
      if (!command) throw new RequestError("BAD_USER_INPUT", `There is no command with the id ${id}.`);
      return followCommand(parts, commandId, readOutputSequence(after), data.context.signal);
    },
  })
  commandProgressed(
    @Root() event: CommandProgressedEvent,
    @Arg("id", () => ID) _id: string,
    @Arg("after", () => String, { nullable: true }) _after?: string | null,
  ): CommandProgressedEvent {
    return event;
  }

  @ForAgents()
  @Subscription(() => AgentWokenEvent, {
    subscribe: async (data: Data) => {
      const { context, args } = data;
      const after = await readAfterArgument(context.database, args["after"]);
      return partsOf(data).wakes.follow(callingAgent(context).id, after, context.signal);
    },
  })
  agentWoken(
    @Root() event: AgentWokenEvent,
    @Arg("after", () => String, { nullable: true }) _after?: string | null,
  ): AgentWokenEvent {
    return event;
  }
}
