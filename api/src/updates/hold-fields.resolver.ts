import { injectable } from "tsyringe";
import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { Command } from "../commands/command.type.js";
import { commandLoader } from "../commands/load-commands.js";
import type { LoaderFactory, RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import { Update } from "./update.type.js";

/** The latest command about the mark of an update's package, by plain update id. Plain command ids. */
export const holdCommandOf: LoaderFactory<string, string | null> = (context) => async (ids) => {
  const rows = await context.database.query<{ updateId: string; commandId: string | null }>(
    `select u.id as "updateId",
       (select c.id from commands c
        where c.agent_id = u.agent_id and c.source = u.source and c.type in ('HOLD', 'RELEASE')
          and u.key = any(c.keys)
        order by c.id desc limit 1) as "commandId"
     from updates u where u.id = any($1::uuid[])`,
    [ids],
    "updates.hold-commands",
  );
  const byUpdate = new Map(rows.map(({ updateId, commandId }) => [updateId, commandId]));
  return ids.map((id) => byUpdate.get(id) ?? null);
};

/** Whether a machine follows a hold. */
@injectable()
@Resolver(() => Update)
export class HoldFieldsResolver {
  @FieldResolver(() => Command, { nullable: true })
  async holdCommand(@Root() update: Update, @Ctx() context: RequestContext): Promise<Command | null> {
    const id = await context.loader(holdCommandOf).load(requireId("upd", update.id));
    return id === null ? null : await context.loader(commandLoader).load(id);
  }
}
