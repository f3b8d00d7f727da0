import { inject, injectable } from "tsyringe";
import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { ForLoggedIn, Public, Requires } from "../access/rules.js";
import type { RequestContext } from "../schema/context.js";
import { payload, type Payload } from "../schema/payload.js";
import { addOperator } from "./add-operator.js";
import { logIn } from "./log-in.js";
import { logOut } from "./log-out.js";
import { OperatorEntity } from "./operator.entity.js";
import { OPERATOR_PARTS, type OperatorParts } from "./operator-parts.js";
import { Operator, toOperator } from "./operator.type.js";
import {
  AddOperatorInput,
  AddOperatorPayload,
  LogInInput,
  LogInPayload,
  LogOutInput,
  LogOutPayload,
  RemoveOperatorInput,
  RemoveOperatorPayload,
  SetUpInput,
  SetUpPayload,
} from "./operators.inputs.js";
import type { LoggedIn } from "./record-login.js";
import { removeOperator } from "./remove-operator.js";
import { setUp } from "./set-up.js";
import { toViewer } from "./to-viewer.js";
import { Viewer } from "./viewer.type.js";

/** Logins of people. */
@injectable()
@Resolver()
export class OperatorsResolver {
  readonly #parts: OperatorParts;

  constructor(@inject(OPERATOR_PARTS) parts: OperatorParts) {
    this.#parts = parts;
  }

  @Public("It says nobody, or what the caller itself is and may do.")
  @Query(() => Viewer, { nullable: true })
  viewer(@Ctx() context: RequestContext): Promise<Viewer | null> {
    return toViewer(context, context.caller);
  }

  @Requires("operators:manage")
  @Query(() => [Operator])
  async operators(@Ctx() context: RequestContext): Promise<Operator[]> {
    const found = await context.em.find(OperatorEntity, { removedAt: null }, { orderBy: { nameKey: "asc" } });
    return found.map(toOperator);
  }

  @Public("The one-time setup code is the proof; afterwards it is refused for good.")
  @Mutation(() => SetUpPayload)
  setUp(
    @Arg("input", () => SetUpInput) input: SetUpInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<SetUpPayload, "viewer">>> {
    return this.#enter(context, () => setUp(this.#parts, input, context.address));
  }

  @Public("The password is the proof; attempts are limited.")
  @Mutation(() => LogInPayload)
  logIn(
    @Arg("input", () => LogInInput) input: LogInInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<LogInPayload, "viewer">>> {
    return this.#enter(context, () => logIn(this.#parts, input, context.address));
  }

  @ForLoggedIn()
  @Mutation(() => LogOutPayload)
  logOut(
    @Arg("input", () => LogOutInput) input: LogOutInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<object>> {
    return payload(async () => {
      await logOut(this.#parts, context.caller, input.everywhere ?? false);
      context.cookies?.clear();
      return {};
    }, {});
  }

  @Requires("operators:manage")
  @Mutation(() => AddOperatorPayload)
  addOperator(
    @Arg("input", () => AddOperatorInput) input: AddOperatorInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<AddOperatorPayload, "operator">>> {
    return payload(
      async () => ({ operator: await this.#load(context, addOperator(this.#parts, context.caller, input)) }),
      { operator: null },
    );
  }

  @Requires("operators:manage")
  @Mutation(() => RemoveOperatorPayload)
  removeOperator(
    @Arg("input", () => RemoveOperatorInput) input: RemoveOperatorInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<RemoveOperatorPayload, "operator">>> {
    return payload(
      async () => ({
        operator: await this.#load(context, removeOperator(this.#parts, context.caller, input.id)),
      }),
      { operator: null },
    );
  }

  async #load(context: RequestContext, id: Promise<string>): Promise<Operator> {
    return toOperator(await context.em.findOneOrFail(OperatorEntity, { id: await id }));
  }

  #enter(context: RequestContext, run: () => Promise<LoggedIn>): Promise<Payload<{ viewer: Viewer | null }>> {
    return payload(
      async () => {
        const { caller, session } = await run();
        context.cookies?.set(session.secret, session.endsAt);
        return { viewer: await toViewer(context, caller) };
      },
      { viewer: null },
    );
  }
}
