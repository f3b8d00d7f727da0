import { inject, injectable } from "tsyringe";
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { Requires } from "../access/rules.js";
import { reviveError } from "../commands/bulk-answer.js";
import { COMMAND_PARTS, type CommandParts } from "../commands/command-parts.js";
import { Command } from "../commands/command.type.js";
import { commandLoader, requireCommands } from "../commands/load-commands.js";
import type { RequestContext } from "../schema/context.js";
import { requireId } from "../schema/global-id.js";
import { payload, type Payload } from "../schema/payload.js";
import { loadUpdates } from "../updates/load-updates.js";
import { Update } from "../updates/update.type.js";
import { fetchReleaseNotes } from "./fetch-release-notes.js";
import { idsInNotes, notesCommandOfUpdate, notesOfUpdate } from "./release-notes.sql.js";
import { FetchReleaseNotesInput, FetchReleaseNotesPayload, ReleaseNotes } from "./release-notes.type.js";

/** What updates bring: asked for and shown. */
@injectable()
@Resolver(() => Update)
export class ReleaseNotesResolver {
  readonly #parts: CommandParts;

  constructor(@inject(COMMAND_PARTS) parts: CommandParts) {
    this.#parts = parts;
  }

  @Requires("updates:plan")
  @Mutation(() => FetchReleaseNotesPayload)
  fetchReleaseNotes(
    @Arg("input", () => FetchReleaseNotesInput) input: FetchReleaseNotesInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<FetchReleaseNotesPayload, "updates" | "commands">>> {
    return payload(
      async () => {
        const { known, ids, errors } = await fetchReleaseNotes(this.#parts, context.caller, input);
        const updates = await loadUpdates(known, context);
        return {
          updates: updates.filter((update) => update !== null),
          commands: await requireCommands(context, ids),
          errors: errors.map(reviveError),
        };
      },
      { updates: [], commands: [] },
    );
  }

  /** What the source names, then what the notes name besides. */
  @FieldResolver(() => [String])
  async advisories(@Root() update: Update, @Ctx() context: RequestContext): Promise<readonly string[]> {
    const named = await context.loader(idsInNotes).load(requireId("upd", update.id));
    return [...new Set([...update.advisories, ...named])];
  }

  @FieldResolver(() => ReleaseNotes, { nullable: true })
  releaseNotes(@Root() update: Update, @Ctx() context: RequestContext): Promise<ReleaseNotes | null> {
    return context.loader(notesOfUpdate).load(requireId("upd", update.id));
  }

  @FieldResolver(() => Command, { nullable: true })
  async releaseNotesCommand(@Root() update: Update, @Ctx() context: RequestContext): Promise<Command | null> {
    const commandId = await context.loader(notesCommandOfUpdate).load(requireId("upd", update.id));
    return commandId === null ? null : await context.loader(commandLoader).load(commandId);
  }
}
