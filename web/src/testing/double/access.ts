import { randomBytes } from "node:crypto";

import type { OperatorRecord, TokenRecord } from "./records.js";
import type { World } from "./world.js";

type Input = { readonly input: Readonly<Record<string, unknown>> };

/** What one request is allowed, and how it sets its cookie. */
export interface Caller {
  operator: OperatorRecord | null;
  setCookie: (session: string | null) => void;
}

const READ = ["AGENTS_READ", "UPDATES_READ", "EVENTS_READ"];
const WORK = [...READ, "UPDATES_PLAN", "UPDATES_APPROVE", "UPDATES_INSTALL"];
const PERMISSIONS = {
  VIEWER: READ,
  OPERATOR: WORK,
  ADMIN: [...WORK, "AGENTS_MANAGE", "TOKENS_MANAGE", "OPERATORS_MANAGE"],
} as const;

/** Who asks, as the schema shows it. */
export const viewerView = (operator: OperatorRecord | null) =>
  operator && { operator, apiToken: null, permissions: PERMISSIONS[operator.role] };

const invalid = (message: string, field: string) => ({
  __typename: "ValidationError",
  code: "INVALID",
  message,
  path: ["input", field],
});

/** The mutations about operators, sessions and tokens. */
export function accessMutations(world: World) {
  const logInAs = (operator: OperatorRecord, caller: Caller) => {
    const session = randomBytes(16).toString("hex");
    world.sessions.set(session, operator.id);
    operator.lastLoggedInAt = world.now();
    caller.setCookie(session);
    return { viewer: viewerView(operator), errors: [] };
  };
  const addOperator = (input: Input["input"], role: OperatorRecord["role"]): OperatorRecord => {
    const operator: OperatorRecord = {
      id: world.nextId("op"),
      name: String(input["name"]),
      password: String(input["password"]),
      role,
      addedAt: world.now(),
      lastLoggedInAt: null,
    };
    world.operators.set(operator.id, operator);
    return operator;
  };
  const addToken = (tokens: Map<string, TokenRecord>, prefix: string, input: Input["input"]) => {
    const validSeconds = Number(input["validSeconds"] ?? 86_400);
    const token: TokenRecord = {
      id: world.nextId(prefix),
      name: String(input["name"]),
      scopes: (input["scopes"] as string[] | undefined) ?? [],
      seats: Number(input["seats"] ?? 1),
      usedSeats: 0,
      addedAt: world.now(),
      expiresAt: String(input["expiresAt"] ?? new Date(Date.now() + validSeconds * 1000).toISOString()),
      lastUsedAt: null,
      revokedAt: null,
    };
    world[prefix === "tok" ? "apiTokens" : "registrationTokens"].set(token.id, token);
    return { token: tokens.get(token.id), secret: `${prefix}_secret_${randomBytes(12).toString("hex")}` };
  };
  const revoke = (tokens: Map<string, TokenRecord>, input: Input["input"]) => {
    const token = tokens.get(String(input["id"]));
    if (token) token.revokedAt = world.now();
    return token ?? null;
  };
  return {
    setUp: ({ input }: Input, caller: Caller) => {
      if (input["setupCode"] !== world.setupCode) {
        return {
          viewer: null,
          errors: [invalid("The setup code is wrong. Look at the server's output.", "setupCode")],
        };
      }
      return logInAs(addOperator(input, "ADMIN"), caller);
    },
    logIn: ({ input }: Input, caller: Caller) => {
      const operator = [...world.operators.values()].find(({ name }) => name === input["name"]);
      if (operator && operator.password === input["password"]) return logInAs(operator, caller);
      return { viewer: null, errors: [{ ...invalid("Name or password is wrong.", "name"), path: null }] };
    },
    logOut: (_: unknown, caller: Caller) => {
      caller.setCookie(null);
      return { errors: [] };
    },
    addOperator: ({ input }: Input) => {
      const isTaken = [...world.operators.values()].some(({ name }) => name === input["name"]);
      if (isTaken) return { operator: null, errors: [invalid("This name is taken.", "name")] };
      return { operator: addOperator(input, input["role"] as OperatorRecord["role"]), errors: [] };
    },
    removeOperator: ({ input }: Input) => {
      const operator = world.operators.get(String(input["id"]));
      const admins = [...world.operators.values()].filter(({ role }) => role === "ADMIN");
      if (operator?.role === "ADMIN" && admins.length === 1) {
        return { operator: null, errors: [invalid("The last admin stays.", "id")] };
      }
      world.operators.delete(String(input["id"]));
      return { operator, errors: [] };
    },
    addApiToken: ({ input }: Input) => {
      const { token, secret } = addToken(world.apiTokens, "tok", input);
      return { apiToken: token, secret, errors: [] };
    },
    revokeApiToken: ({ input }: Input) => ({ apiToken: revoke(world.apiTokens, input), errors: [] }),
    addRegistrationToken: ({ input }: Input) => {
      const { token, secret } = addToken(world.registrationTokens, "reg", input);
      return { registrationToken: token, secret, errors: [] };
    },
    revokeRegistrationToken: ({ input }: Input) => ({
      registrationToken: revoke(world.registrationTokens, input),
      errors: [],
    }),
  };
}
