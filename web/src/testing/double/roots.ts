import { GraphQLError } from "graphql";

import { accessMutations, type Caller, viewerView } from "./access.js";
import { workMutations } from "./mutations.js";
import {
  agentView,
  commandView,
  connection,
  eventView,
  listAgents,
  listCommands,
  listEvents,
  listUpdates,
  planView,
  unknownAgents,
  updateView,
} from "./views.js";
import type { Signal, World } from "./world.js";

type Args = Readonly<Record<string, unknown>>;
type Root = Record<string, (args: never, caller: Caller) => unknown>;

const PUBLIC: readonly string[] = ["server", "viewer", "setUp", "logIn"];

/** Refuses everything that is not public without a login, and notes what mutations were called with. */
function guarded(world: World, root: Root): Root {
  return Object.fromEntries(
    Object.entries(root).map(([field, resolve]) => [
      field,
      (args: never, caller: Caller) => {
        if (!PUBLIC.includes(field) && !caller.operator) {
          throw new GraphQLError("Log in first.", { extensions: { code: "UNAUTHENTICATED" } });
        }
        const { input } = args as { readonly input?: Record<string, unknown> };
        if (input) world.calls.push({ field, input });
        return resolve(args, caller);
      },
    ]),
  );
}

/** The root values of the double. */
export function createRoots(world: World) {
  const node = (id: string): unknown =>
    agentView(world, id) ?? updateView(world, id) ?? planView(world, id) ?? commandView(world, id);
  const query: Root = {
    server: () => ({ version: "0.1.0", isSetUp: world.operators.size > 0, currentAt: world.now() }),
    viewer: (_: never, caller) => viewerView(caller.operator),
    operators: () => [...world.operators.values()],
    apiTokens: () => [...world.apiTokens.values()].toReversed(),
    registrationTokens: () => [...world.registrationTokens.values()].toReversed(),
    agents: (args: Args) => {
      const rows = listAgents(world, args["filter"] as Args);
      return connection(rows, args, ({ id }) => agentView(world, id), { unknownAgents: unknownAgents(rows) });
    },
    agent: ({ id }: { id: string }) => agentView(world, id),
    updates: (args: Args) =>
      connection(listUpdates(world, args["filter"] as Args), args, ({ id }) => updateView(world, id), {
        unknownAgents: unknownAgents(listAgents(world, undefined)),
      }),
    update: ({ id }: { id: string }) => updateView(world, id),
    plan: ({ id }: { id: string }) => planView(world, id),
    commands: (args: Args) =>
      connection(listCommands(world, args["filter"] as Args), args, ({ id }) => commandView(world, id)),
    command: ({ id }: { id: string }) => commandView(world, id),
    events: (args: Args) =>
      connection(listEvents(world, args["filter"] as Args), args, (event) => eventView(world, event)),
    node: ({ id }: { id: string }) => node(id),
    nodes: ({ ids }: { ids: string[] }) => ids.map(node),
  };
  const mutation = (caller: Caller): Root => ({
    ...accessMutations(world),
    ...workMutations(world, () => caller.operator?.name ?? "nobody"),
  });
  return {
    query: guarded(world, query),
    mutation: (caller: Caller) => guarded(world, mutation(caller)),
    subscription: guarded(world, subscriptions(world)),
  };
}

function subscriptions(world: World): Root {
  let sequence = 0;
  const stamp = () => ({ sequence: String((sequence += 1)), occurredAt: world.now() });
  async function* follow(field: string, event: (signal: Signal) => object | null) {
    for await (const signal of world.signals()) {
      const body = event(signal);
      if (body) yield { [field]: { ...stamp(), ...body } };
    }
  }
  return {
    agentChanged: () =>
      follow("agentChanged", (signal) =>
        signal.topic === "agent" ? { agent: agentView(world, signal.agentId) } : null,
      ),
    scanFinished: () =>
      follow("scanFinished", (signal) =>
        signal.topic === "scan"
          ? { scan: { id: world.nextId("scan"), source: "apt", status: "COMPLETE", finishedAt: world.now() } }
          : null,
      ),
    updatesChanged: () =>
      follow("updatesChanged", (signal) =>
        signal.topic === "updates"
          ? { updates: signal.ids.map((id) => updateView(world, id)).filter(Boolean), isTruncated: false }
          : null,
      ),
    commandProgressed: async function* commandProgressed({ id, after }: { id: string; after?: string }) {
      const signals = world.signals();
      const pending = signals.next();
      const event = (lines: unknown) => ({
        commandProgressed: {
          occurredAt: world.now(),
          sequence: String(world.commands.get(id)?.output.at(-1)?.sequence ?? 0),
          command: commandView(world, id),
          lines,
        },
      });
      yield event(world.commands.get(id)?.output.filter((line) => line.sequence > Number(after ?? 0)) ?? []);
      for (let next = await pending; !next.done; next = await signals.next()) {
        const signal = next.value;
        if (signal.topic === "command" && signal.commandId === id) yield event(signal.lines);
      }
    },
  };
}
