import { createContext, useContext } from "react";

import type { graphql } from "./graphql.js";

/** What a caller may do. */
export type Permission = ReturnType<typeof graphql.scalar<"Permission">>;

/** Who is logged in. */
export interface Viewer {
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly Permission[];
}

/** The operator of this session; set for every page behind the login. */
export const ViewerContext = createContext<Viewer | null>(null);

/** The operator of this session. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("useViewer stands outside the pages behind the login");
  return viewer;
}

/** Why the viewer may not do something, for a button's `blocked`; undefined when it is allowed. */
export function useBlocked(permission: Permission): string | undefined {
  const { permissions, role } = useViewer();
  if (permissions.includes(permission)) return undefined;
  return `Your role, ${role.toLowerCase()}, does not allow this. Ask an admin.`;
}
