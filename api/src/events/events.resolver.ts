import { inject, injectable } from "tsyringe";
import { Args, Ctx, Query, Resolver } from "type-graphql";
import { Requires } from "../access/rules.js";
import { PROJECTORS } from "../injection-tokens.js";
import type { RequestContext } from "../schema/context.js";
import type { Page } from "../schema/paginate.js";
import { EventConnection, type EventType } from "./event.type.js";
import { EventsArgs } from "./events.args.js";
import { listEvents } from "./list-events.js";
import type { Projectors } from "./projector.js";

/** The history of everything. */
@injectable()
@Resolver()
export class EventsResolver {
  readonly #projectors: Projectors;

  constructor(@inject(PROJECTORS) projectors: Projectors) {
    this.#projectors = projectors;
  }

  @Requires("events:read")
  @Query(() => EventConnection)
  events(@Args(() => EventsArgs) args: EventsArgs, @Ctx() context: RequestContext): Promise<Page<EventType>> {
    return listEvents(context, this.#projectors, args);
  }
}
