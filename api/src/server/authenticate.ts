import type { IncomingHttpHeaders } from "node:http";
import type { Authenticator, Credential, Purpose } from "../access/authenticator.js";
import { anonymous, type Caller } from "../access/caller.js";
import { readSessionCookie } from "./session-cookie.js";

const BEARER = /^Bearer(?: +(.*))?$/i;
const TOKEN = /^[\x21-\x7e]{1,512}$/;

/**
 * What a request brings to prove who asks: the bearer token, else the session cookie. A bearer token that cannot
 * be one is empty here; what other schemes prove, a proxy before us has asked for. The address and its query are
 * never looked at, so that no secret can end up in a log of addresses.
 */
export function credentialOf(headers: IncomingHttpHeaders, isSecure: boolean): Credential | null {
  const bearer = BEARER.exec(headers.authorization ?? "");
  if (bearer) {
    const [, secret = ""] = bearer;
    return { kind: "bearer", secret: TOKEN.test(secret) ? secret : "" };
  }
  const secret = readSessionCookie(headers.cookie, isSecure);
  return secret ? { kind: "cookie", secret } : null;
}

/** Asks the authenticators of all nouns who a credential proves. Whatever proves nobody is anonymous. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  credential: Credential | null,
  purpose: Purpose = "use",
): Promise<Caller> {
  if (!credential) return anonymous;
  const knowing = authenticators.find((authenticator) => authenticator.accepts(credential));
  return (await knowing?.authenticate(credential, purpose)) ?? anonymous;
}

/**
 * Whether a browser's page from elsewhere asks. Programs send no Origin; a browser always does for what could
 * do harm, and the page's own is the host that it asks.
 */
export function isForeignOrigin(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return host === undefined || !URL.canParse(origin) || new URL(origin).host !== host.toLowerCase();
}
