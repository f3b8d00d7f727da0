import { inject, injectable } from "tsyringe";
import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { Requires } from "../access/rules.js";
import type { RequestContext } from "../schema/context.js";
import { decodeId } from "../schema/global-id.js";
import type { Page } from "../schema/paginate.js";
import { payload, type Payload } from "../schema/payload.js";
import { reviveError, type BulkAnswer } from "./bulk-answer.js";
import { cancelCommands } from "./cancel-commands.js";
import { COMMAND_PARTS, type CommandParts } from "./command-parts.js";
import { Command, CommandConnection } from "./command.type.js";
import { CommandsArgs } from "./commands.args.js";
import {
  CancelCommandsInput,
  CancelCommandsPayload,
  RollBackCommandsInput,
  RollBackCommandsPayload,
  StartScanInput,
  StartScanPayload,
} from "./commands.inputs.js";
import { listCommands } from "./list-commands.js";
import { commandLoader, requireCommands } from "./load-commands.js";
import { rollBackCommands } from "./roll-back-commands.js";
import { startScan } from "./start-scan.js";

/** What people and scripts see of commands and do with them. */
@injectable()
@Resolver()
export class CommandsResolver {
  readonly #parts: CommandParts;

  constructor(@inject(COMMAND_PARTS) parts: CommandParts) {
    this.#parts = parts;
  }

  @Requires("updates:read")
  @Query(() => CommandConnection)
  commands(
    @Args(() => CommandsArgs) args: CommandsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<Command>> {
    return listCommands(context, args);
  }

  @Requires("updates:read")
  @Query(() => Command, { nullable: true })
  async command(@Arg("id", () => ID) id: string, @Ctx() context: RequestContext): Promise<Command | null> {
    const uuid = decodeId("cmd", id);
    return uuid === null ? null : await context.loader(commandLoader).load(uuid);
  }

  @Requires("updates:plan")
  @Mutation(() => StartScanPayload)
  startScan(
    @Arg("input", () => StartScanInput) input: StartScanInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<StartScanPayload, "commands">>> {
    const request = { ...input, refresh: input.refresh ?? true };
    return answer(context, () => startScan(this.#parts, context.caller, request));
  }

  @Requires("updates:install")
  @Mutation(() => RollBackCommandsPayload)
  rollBackCommands(
    @Arg("input", () => RollBackCommandsInput) input: RollBackCommandsInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<RollBackCommandsPayload, "commands">>> {
    const { acceptPartly, dryRun, ...rest } = input;
    const request = { ...rest, acceptPartly: acceptPartly ?? false, dryRun: dryRun ?? false };
    return answer(context, () => rollBackCommands(this.#parts, context.caller, request));
  }

  @Requires("updates:install", "updates:plan")
  @Mutation(() => CancelCommandsPayload)
  cancelCommands(
    @Arg("input", () => CancelCommandsInput) input: CancelCommandsInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<CancelCommandsPayload, "commands">>> {
    return answer(context, () => cancelCommands(this.#parts, context.caller, input.ids));
  }
}

/** The commands that a bulk call made or changed, read anew. */
function answer(
  context: RequestContext,
  run: () => Promise<BulkAnswer>,
): Promise<Payload<{ commands: readonly Command[] }>> {
  return payload(
    async () => {
      const { ids, errors } = await run();
      return { commands: await requireCommands(context, ids), errors: errors.map(reviveError) };
    },
    { commands: [] },
  );
}
