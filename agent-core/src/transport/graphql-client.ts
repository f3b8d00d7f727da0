import type { ResultOf, VariablesOf } from "gql.tada";
import type { ServerClock } from "../clock/server-clock.js";
import type { HttpPost, PostResponse } from "./http-post.js";
import { TransportError } from "./transport-error.js";

const LONGEST_RETRY_AFTER_MS = 3_600_000;

interface WireError {
  readonly message: string;
  readonly extensions?: {
    readonly code?: string;
    readonly requestId?: string;
    readonly retryAfterSeconds?: number;
  };
}

/** What the server gave, or a clear error. */
export class GraphqlClient {
  constructor(
    readonly post: HttpPost,
    readonly serverClock: ServerClock,
    readonly agentVersion: string,
  ) {}

  /**
   * Sends one operation.
   *
   * @param accessToken absent for the operations that carry their own proof.
   * @throws TransportError
   */
  async send<Document>(
    document: Document,
    variables: VariablesOf<Document>,
    signal: AbortSignal,
    accessToken?: string,
  ): Promise<ResultOf<Document>> {
    const headers = {
      "user-agent": `redflag-agent/${this.agentVersion}`,
      ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
    };
    const response = await this.post.send(JSON.stringify({ query: document, variables }), headers, signal);
    this.#observeClock(response);
    return this.#dataOf(response) as ResultOf<Document>;
  }

  #observeClock({ headers }: PostResponse): void {
    if (headers.date !== undefined) this.serverClock.observe(Date.parse(headers.date));
  }

  #dataOf(response: PostResponse): unknown {
    const { status, headers } = response;
    if (status === 429 || status === 503) {
      const code = status === 429 ? "RATE_LIMITED" : "UNAVAILABLE";
      throw new TransportError(
        code,
        `${this.#host} asks to wait (${status}).`,
        retryAfterMs(headers, this.serverClock),
      );
    }
    const body = parseBody(response.text);
    const errors = Array.isArray(body?.["errors"]) ? (body["errors"] as WireError[]) : [];
    const [first] = errors;
    if (status === 401 || first?.extensions?.code === "UNAUTHENTICATED") {
      throw new TransportError("UNAUTHENTICATED", `${this.#host} does not accept this agent's token.`);
    }
    if (first) throw this.#refusal(first, status);
    if (body?.["data"] === undefined || body["data"] === null || status >= 300)
      throw this.#strange(status, headers);
    return body["data"];
  }

  #refusal({ message, extensions }: WireError, status: number): TransportError {
    const id = extensions?.requestId === undefined ? "" : ` (request ${extensions.requestId})`;
    const text = `${this.#host} says: ${message.slice(0, 500)}${id}`;
    const wait = extensions?.retryAfterSeconds;
    switch (extensions?.code) {
      case "RATE_LIMITED":
        return new TransportError("RATE_LIMITED", text, wait === undefined ? undefined : wait * 1000);
      case "INTERNAL":
      case "INTERNAL_SERVER_ERROR":
        return new TransportError("UNAVAILABLE", text);
      default:
        return new TransportError(status >= 500 ? "UNAVAILABLE" : "REFUSED", text);
    }
  }

  #strange(status: number, headers: PostResponse["headers"]): TransportError {
    const type = headers["content-type"] ?? "no content type";
    if (status === 413) {
      return new TransportError(
        "REFUSED",
        `${this.#host} refuses the report as too large (413). Raise the proxy's limit.`,
      );
    }
    if (status >= 500) {
      return new TransportError(
        "UNAVAILABLE",
        `${this.#host} answers with ${status} (${type}); a proxy may stand before a stopped server.`,
      );
    }
    return new TransportError(
      "BAD_ANSWER",
      `${this.#host} answers with ${status} (${type}), which is not RedFlag's GraphQL. Check the server's address.`,
    );
  }

  get #host(): string {
    return this.post.url.host;
  }
}

function parseBody(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function retryAfterMs(headers: PostResponse["headers"], serverClock: ServerClock): number | undefined {
  const value = headers["retry-after"];
  if (value === undefined) return undefined;
  const wait = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - serverClock.now();
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), LONGEST_RETRY_AFTER_MS) : undefined;
}
