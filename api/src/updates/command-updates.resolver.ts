import { injectable } from "tsyringe";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Command } from "../commands/command.type.js";
import type { RequestContext } from "../schema/context.js";
import { updateById } from "./load-updates.js";
import { Update } from "./update.type.js";

/** What a command is about. */
@injectable()
@Resolver(() => Command)
export class CommandUpdatesResolver {
  @FieldResolver(() => [Update])
  async updates(@Root() command: Command, @Ctx() context: RequestContext): Promise<readonly Update[]> {
    const updates = await Promise.all(command.updateIds.map((id) => context.loader(updateById).load(id)));
    return updates.filter((update) => update !== null);
  }
}
