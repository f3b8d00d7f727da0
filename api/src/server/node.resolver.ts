import { inject, injectable } from "tsyringe";
import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { ForLoggedIn } from "../access/rules.js";
import { NODE_SOURCES } from "../injection-tokens.js";
import type { NodeSource } from "../module.js";
import type { RequestContext } from "../schema/context.js";
import { splitId } from "../schema/global-id.js";
import { Node } from "../schema/node.type.js";
import { RequestError } from "../schema/request-error.js";

const MOST_IDS = 200;

/** Things by their global ids, whatever they are. */
@injectable()
@Resolver()
export class NodeResolver {
  readonly #sources: ReadonlyMap<string, NodeSource>;

  constructor(@inject(NODE_SOURCES) sources: ReadonlyMap<string, NodeSource>) {
    this.#sources = sources;
  }

  @ForLoggedIn()
  @Query(() => Node, { nullable: true })
  async node(@Arg("id", () => ID) id: string, @Ctx() context: RequestContext): Promise<object | null> {
    const [node = null] = await this.#load([id], context);
    return node;
  }

  @ForLoggedIn()
  @Query(() => [Node], { nullable: "items" })
  nodes(
    @Arg("ids", () => [ID]) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<readonly (object | null)[]> {
    if (ids.length > MOST_IDS) {
      throw new RequestError("BAD_USER_INPUT", `Ask for at most ${MOST_IDS} ids at once, not ${ids.length}.`);
    }
    return this.#load(ids, context);
  }

  /** One look-up for each kind; what the caller may not see is not there. */
  async #load(ids: readonly string[], context: RequestContext): Promise<readonly (object | null)[]> {
    const byPrefix = new Map<string, Set<string>>();
    const parts = ids.map(splitId);
    for (const part of parts) {
      if (!part) continue;
      const uuids = byPrefix.get(part.prefix) ?? new Set();
      byPrefix.set(part.prefix, uuids.add(part.uuid));
    }
    const found = new Map<string, object | null>();
    await Promise.all(
      [...byPrefix].map(async ([prefix, uuids]) => {
        const source = this.#sources.get(prefix);
        if (!source || !context.caller.permissions.has(source.requires)) return;
        const wanted = [...uuids];
        const things = await source.load(wanted, context);
        for (const [index, uuid] of wanted.entries()) found.set(`${prefix}_${uuid}`, things[index] ?? null);
      }),
    );
    return ids.map((id) => found.get(id) ?? null);
  }
}
