import { inject, injectable } from "tsyringe";
import { Ctx, Query, Resolver } from "type-graphql";
import { Public } from "../access/rules.js";
import type { Clock } from "../clock.js";
import { CLOCK } from "../injection-tokens.js";
import { isSetUp } from "../operators/find-operators.js";
import type { RequestContext } from "../schema/context.js";
import { serverVersion } from "./server-version.js";
import { Server } from "./server.type.js";

/** The server about itself. */
@injectable()
@Resolver()
export class ServerResolver {
  readonly #clock: Clock;

  constructor(@inject(CLOCK) clock: Clock) {
    this.#clock = clock;
  }

  @Public("The page needs it before anybody can log in.")
  @Query(() => Server)
  async server(@Ctx() context: RequestContext): Promise<Server> {
    return {
      version: serverVersion,
      isSetUp: await isSetUp(context.database),
      currentAt: new Date(this.#clock()),
    };
  }
}
