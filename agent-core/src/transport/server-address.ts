const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/u;

/** Where the server's GraphQL is. */
export interface ServerAddress {
  readonly http: URL;
  readonly webSocket: URL;
}

/** The configured address cannot be used; the message says why. */
export class ServerAddressError extends Error {
  override readonly name = "ServerAddressError";
}

/**
 * Derives the endpoints from the configured address. Plain http is refused except to this machine, for tokens would
 * travel in the clear.
 */
export function parseServerAddress(serverUrl: string, allowInsecureHttp: boolean): ServerAddress {
  const http = new URL(serverUrl);
  if (http.username !== "" || http.password !== "") {
    throw new ServerAddressError("The server's address holds a user name or password; remove them.");
  }
  if (http.protocol === "http:" && !LOOPBACK.test(http.hostname) && !allowInsecureHttp) {
    throw new ServerAddressError(
      `The server's address http://${http.host} is not encrypted, so anybody on the way could take this machine's tokens. Use https://, or set "allowInsecureHttp": true if you accept that.`,
    );
  }
  const base = http.pathname.replace(/\/+$/u, "");
  http.pathname = base.endsWith("/graphql") ? base : `${base}/graphql`;
  http.search = "";
  http.hash = "";
  const webSocket = new URL(http);
  webSocket.protocol = http.protocol === "https:" ? "wss:" : "ws:";
  return { http, webSocket };
}
