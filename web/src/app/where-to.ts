/** What decides which pages can be seen. */
export interface SessionFacts {
  readonly isSetUp: boolean;
  readonly isLoggedIn: boolean;
}

/** The part of the address that matters. */
export interface Place {
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

const HOME = "/agents";

/** Where the reader has to go instead of `place`; null when the place is right. */
export function whereTo({ isSetUp, isLoggedIn }: SessionFacts, place: Place): string | null {
  const { pathname, search, hash } = place;
  if (!isSetUp) return pathname === "/setup" ? null : `/setup${hash}`;
  if (isLoggedIn) return pathname === "/login" || pathname === "/setup" ? returnPath(search) : null;
  if (pathname === "/login") return null;
  if (pathname === "/setup" || pathname === "/") return "/login";
  return `/login?return=${encodeURIComponent(pathname + search)}`;
}

/** The path that a login page returns to: only a path of this page, never another site. */
export function returnPath(search: string): string {
  const wanted = new URLSearchParams(search).get("return") ?? "";
  const isOwnPath = wanted.startsWith("/") && !wanted.startsWith("//") && !wanted.includes("\\");
  return isOwnPath ? wanted : HOME;
}
