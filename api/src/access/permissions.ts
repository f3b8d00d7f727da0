/** Everything a caller may do, as it is written in prose, in scopes and on the command line. */
export const permissions = [
  "agents:read",
  "agents:manage",
  "updates:read",
  "updates:plan",
  "updates:approve",
  "updates:install",
  "events:read",
  "tokens:manage",
  "operators:manage",
] as const;

/** One thing that a caller may do. */
export type Permission = (typeof permissions)[number];

/** What people can be. Stored as written here. */
export const roles = ["viewer", "operator", "admin"] as const;

/** A fixed set of permissions for people. */
export type Role = (typeof roles)[number];

const viewer: readonly Permission[] = ["agents:read", "updates:read", "events:read"];
const operator: readonly Permission[] = [...viewer, "updates:plan", "updates:approve", "updates:install"];
const admin: readonly Permission[] = [...operator, "agents:manage", "tokens:manage", "operators:manage"];

/** What each role may do. Whoever is not listed may do nothing. */
export const permissionsOf: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(viewer),
  operator: new Set(operator),
  admin: new Set(admin),
};
