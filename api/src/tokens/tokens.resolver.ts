import { inject, injectable } from "tsyringe";
import { Arg, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { actorOf } from "../access/caller.js";
import { Requires } from "../access/rules.js";
import type { RequestContext } from "../schema/context.js";
import { payload, type Payload } from "../schema/payload.js";
import { addApiToken } from "./add-api-token.js";
import { addRegistrationToken } from "./add-registration-token.js";
import { ApiToken } from "./api-token.type.js";
import {
  listApiTokens,
  listRegistrationTokens,
  loadApiTokens,
  loadRegistrationTokens,
} from "./load-tokens.js";
import { RegistrationToken } from "./registration-token.type.js";
import { revokeToken } from "./revoke-token.js";
import { TOKEN_PARTS, type TokenParts } from "./token-parts.js";
import {
  AddApiTokenInput,
  AddApiTokenPayload,
  AddRegistrationTokenInput,
  AddRegistrationTokenPayload,
  RevokeApiTokenInput,
  RevokeApiTokenPayload,
  RevokeRegistrationTokenInput,
  RevokeRegistrationTokenPayload,
} from "./tokens.inputs.js";

/** Logins of scripts, and the tokens with which agents enrol. */
@injectable()
@Resolver()
export class TokensResolver {
  readonly #parts: TokenParts;

  constructor(@inject(TOKEN_PARTS) parts: TokenParts) {
    this.#parts = parts;
  }

  @Requires("tokens:manage")
  @Query(() => [ApiToken])
  apiTokens(@Ctx() context: RequestContext): Promise<ApiToken[]> {
    return listApiTokens(context);
  }

  @Requires("tokens:manage")
  @Query(() => [RegistrationToken])
  registrationTokens(@Ctx() context: RequestContext): Promise<RegistrationToken[]> {
    return listRegistrationTokens(context);
  }

  @Requires("tokens:manage")
  @Mutation(() => AddApiTokenPayload)
  addApiToken(
    @Arg("input", () => AddApiTokenInput) input: AddApiTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<AddApiTokenPayload, "apiToken" | "secret">>> {
    return payload(
      async () => {
        const { id, secret } = await addApiToken(this.#parts, context.caller, input);
        const [apiToken = null] = await loadApiTokens([id], context);
        return { apiToken, secret };
      },
      { apiToken: null, secret: null },
    );
  }

  @Requires("tokens:manage")
  @Mutation(() => RevokeApiTokenPayload)
  revokeApiToken(
    @Arg("input", () => RevokeApiTokenInput) input: RevokeApiTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<RevokeApiTokenPayload, "apiToken">>> {
    return payload(
      async () => {
        const id = await revokeToken(this.#parts, context.caller, "tok", input.id);
        const [apiToken = null] = await loadApiTokens([id], context);
        return { apiToken };
      },
      { apiToken: null },
    );
  }

  @Requires("tokens:manage")
  @Mutation(() => AddRegistrationTokenPayload)
  addRegistrationToken(
    @Arg("input", () => AddRegistrationTokenInput) input: AddRegistrationTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<AddRegistrationTokenPayload, "registrationToken" | "secret">>> {
    const { name, seats, validSeconds } = input;
    const wanted = { name, seats: seats ?? 1, validSeconds: validSeconds ?? 86_400 };
    return payload(
      async () => {
        const { id, secret } = await addRegistrationToken(this.#parts, actorOf(context.caller), wanted);
        const [registrationToken = null] = await loadRegistrationTokens([id], context);
        return { registrationToken, secret };
      },
      { registrationToken: null, secret: null },
    );
  }

  @Requires("tokens:manage")
  @Mutation(() => RevokeRegistrationTokenPayload)
  revokeRegistrationToken(
    @Arg("input", () => RevokeRegistrationTokenInput) input: RevokeRegistrationTokenInput,
    @Ctx() context: RequestContext,
  ): Promise<Payload<Pick<RevokeRegistrationTokenPayload, "registrationToken">>> {
    return payload(
      async () => {
        const id = await revokeToken(this.#parts, context.caller, "reg", input.id);
        const [registrationToken = null] = await loadRegistrationTokens([id], context);
        return { registrationToken };
      },
      { registrationToken: null },
    );
  }
}
