import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { CommandEntity } from "./command.entity.js";
import { toCommand, type Command } from "./command.type.js";

/** Commands by plain uuid, in the order asked for. */
export async function loadCommands(
  ids: readonly string[],
  context: RequestContext,
): Promise<(Command | null)[]> {
  const found = await context.em.find(CommandEntity, { id: { $in: [...ids] } });
  const byId = new Map(found.map((entity) => [entity.id, entity]));
  return ids.map((id) => {
    const entity = byId.get(id);
    return entity ? toCommand(entity) : null;
  });
}

/** The loader of {@link loadCommands}. */
export const commandLoader: LoaderFactory<string, Command | null> = (context) => (ids) =>
  loadCommands(ids, context);

/** Commands that exist, in the order of their plain ids. */
export async function requireCommands(context: RequestContext, ids: readonly string[]): Promise<Command[]> {
  const commands = await loadCommands(ids, context);
  return commands.filter((command) => command !== null);
}
