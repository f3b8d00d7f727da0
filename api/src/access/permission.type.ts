import { registerEnumType } from "type-graphql";
import type { Permission, Role } from "./permissions.js";

/** The enum `Permission`: `AGENTS_READ` in GraphQL is "agents:read" everywhere else. */
export const PermissionEnum = {
  AGENTS_READ: "agents:read",
  AGENTS_MANAGE: "agents:manage",
  UPDATES_READ: "updates:read",
  UPDATES_PLAN: "updates:plan",
  UPDATES_APPROVE: "updates:approve",
  UPDATES_INSTALL: "updates:install",
  EVENTS_READ: "events:read",
  TOKENS_MANAGE: "tokens:manage",
  OPERATORS_MANAGE: "operators:manage",
} as const satisfies Record<string, Permission>;

/** The enum `Role`. */
export const RoleEnum = {
  VIEWER: "viewer",
  OPERATOR: "operator",
  ADMIN: "admin",
} as const satisfies Record<string, Role>;

registerEnumType(PermissionEnum, { name: "Permission" });
registerEnumType(RoleEnum, { name: "Role" });
