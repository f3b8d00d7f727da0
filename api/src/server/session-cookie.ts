import type { FastifyReply, FastifyRequest } from "fastify";
import type { CookieJar } from "../schema/context.js";

const SECURE_NAME = "__Host-redflag-session";
const PLAIN_NAME = "redflag-session";

/** The cookie's name: browsers hold `__Host-` cookies to HTTPS, this very host and the root path. */
function nameOf(isSecure: boolean): string {
  return isSecure ? SECURE_NAME : PLAIN_NAME;
}

/** The session's secret in a `Cookie` header; nothing when it is not there or there twice. */
export function readSessionCookie(header: string | undefined, isSecure: boolean): string | undefined {
  const name = `${nameOf(isSecure)}=`;
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  const [value, ...more] = pairs
    .filter((pair) => pair.startsWith(name))
    .map((pair) => pair.slice(name.length));
  return more.length === 0 ? value : undefined;
}

/** Sets and forgets the session cookie on one answer. Secrets hold no sign that a cookie would need quoted. */
export function cookieJar(request: FastifyRequest, reply: FastifyReply): CookieJar {
  const isSecure = request.protocol === "https";
  const write = (value: string, expires: Date): void => {
    const shape = `Path=/; Expires=${expires.toUTCString()}; HttpOnly; SameSite=Strict`;
    void reply.header("set-cookie", `${nameOf(isSecure)}=${value}; ${shape}${isSecure ? "; Secure" : ""}`);
  };
  return { set: write, clear: () => write("", new Date(0)) };
}
