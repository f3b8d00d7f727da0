import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";

/** What GraphQL answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read what they asked for; its shape is in their own query.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
  readonly errors: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[];
  /** `extensions.code` of the first error. */
  readonly code: unknown;
}

/** A real HTTP and WebSocket client. It keeps cookies as a browser does. */
export class TestClient {
  readonly url: string;
  /** The session cookie's pair; empty while there is none. */
  cookie = "";
  /** Sent as bearer token when set. */
  token: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** Headers of a request as this client sends them. */
  headers(more: Record<string, string> = {}): Record<string, string> {
    return {
      "content-type": "application/json",
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      ...more,
    };
  }

  /** Sends one operation. */
  async ask(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.post(JSON.stringify({ query, variables }), headers);
    const set = response.headers.getSetCookie()[0];
    if (set !== undefined) this.cookie = set.includes("=;") ? "" : (set.split(";")[0] ?? "");
    const { data, errors = [] } = (await response.json()) as Partial<Answer>;
    return {
      status: response.status,
      headers: response.headers,
      data,
      errors,
      code: errors[0]?.extensions["code"],
    };
  }

  /** Sends a body as it is. */
  post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/graphql`, { method: "POST", headers: this.headers(headers), body });
  }

  /** Opens a raw WebSocket as this client; `open` or `unexpected-response` follows. */
  openSocket(headers: Record<string, string> = {}): WebSocket {
    const { "content-type": _, ...own } = this.headers(headers);
    return new WebSocket(`${this.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      headers: own,
    });
  }

  /** A graphql-ws client as this client; dispose of it. */
  subscriber(): Client {
    const { "content-type": _, ...headers } = this.headers();
    class OwnSocket extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers });
      }
    }
    return createClient({
      url: `${this.url.replace("http", "ws")}/graphql`,
      webSocketImpl: OwnSocket,
      retryAttempts: 0,
      lazy: true,
    });
  }
}
