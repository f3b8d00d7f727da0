import type { Permission } from "../../data/viewer.js";

/** How the page and the command line write a permission, and what it allows. */
export const PERMISSIONS = {
  AGENTS_READ: ["agents:read", "See agents, coverage and scans"],
  AGENTS_MANAGE: ["agents:manage", "Rename and retire agents"],
  UPDATES_READ: ["updates:read", "See updates, plans and commands"],
  UPDATES_PLAN: ["updates:plan", "Scan now and ask for plans"],
  UPDATES_APPROVE: ["updates:approve", "Approve, reject, hold and release updates"],
  UPDATES_INSTALL: ["updates:install", "Start and cancel installs"],
  EVENTS_READ: ["events:read", "See the history"],
  TOKENS_MANAGE: ["tokens:manage", "Make and revoke tokens"],
  OPERATORS_MANAGE: ["operators:manage", "Add and remove operators"],
} as const satisfies Record<Permission, readonly [name: string, meaning: string]>;
