import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { TransportError } from "./transport-error.js";

const COMPRESS_FROM_BYTES = 1024;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
const TLS_CODES = /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_SSL)/u;

/** How long to wait. */
export interface PostTimeouts {
  /** Milliseconds without any byte moving. */
  readonly idleMs: number;
  /** Milliseconds for the whole exchange. */
  readonly totalMs: number;
}

/** Slow links are served, dead ones given up. */
export const POST_TIMEOUTS: PostTimeouts = { idleMs: 30_000, totalMs: 120_000 };

/** An answer of any status. */
export interface PostResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

interface HttpModule {
  readonly Agent: new (options: object) => Agent;
  request(url: URL, options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest;
}

/** Posts JSON over one kept-alive connection. */
export class HttpPost {
  #opened: { readonly http: HttpModule; readonly agent: Agent } | undefined;

  /** @param authorities called once, at the first encrypted request. */
  constructor(
    readonly url: URL,
    readonly authorities: () => string[],
    readonly timeouts: PostTimeouts = POST_TIMEOUTS,
  ) {}

  /** @throws TransportError */
  async send(
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<PostResponse> {
    if (signal.aborted) throw new TransportError("CANCELLED", "The agent stops.");
    const { http, agent } = this.#open();
    const plain = Buffer.from(body);
    const isCompressed = plain.length >= COMPRESS_FROM_BYTES;
    const payload = isCompressed ? await promisify(gzip)(plain) : plain;
    const total = AbortSignal.timeout(this.timeouts.totalMs);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = http.request(
          this.url,
          {
            agent,
            method: "POST",
            signal: AbortSignal.any([signal, total]),
            timeout: this.timeouts.idleMs,
            headers: {
              ...headers,
              "content-type": "application/json",
              accept: "application/graphql-response+json, application/json",
              "accept-encoding": "gzip",
              "content-length": payload.length,
              ...(isCompressed ? { "content-encoding": "gzip" } : {}),
            },
          },
          resolve,
        );
        request.once("error", reject);
        request.once("timeout", () => request.destroy(new TransportError("TIMEOUT", this.#silent())));
        request.end(payload);
      });
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: await this.#read(response),
      };
    } catch (error) {
      throw this.#explain(error, signal, total);
    }
  }

  close(): void {
    this.#opened?.agent.destroy();
  }

  /** An import statement for these modules would load another 13 MB, for it evaluates all that they export. */
  #open(): { readonly http: HttpModule; readonly agent: Agent } {
    if (this.#opened) return this.#opened;
    const options = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets: 4 };
    if (this.url.protocol === "https:") {
      const https = process.getBuiltinModule("node:https");
      this.#opened = { http: https, agent: new https.Agent({ ...options, ca: this.authorities() }) };
    } else {
      const http = process.getBuiltinModule("node:http");
      this.#opened = { http, agent: new http.Agent(options) };
    }
    return this.#opened;
  }

  async #read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_RESPONSE_BYTES) throw this.#tooLarge();
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (response.headers["content-encoding"] !== "gzip") return bytes.toString();
    try {
      return (await promisify(gunzip)(bytes, { maxOutputLength: MAX_RESPONSE_BYTES })).toString();
    } catch (error) {
      if (Object(error).code === "ERR_BUFFER_TOO_LARGE") throw this.#tooLarge();
      throw error;
    }
  }

  #tooLarge(): TransportError {
    return new TransportError(
      "BAD_ANSWER",
      `${this.url.host} answers with more than ${MAX_RESPONSE_BYTES} bytes.`,
    );
  }

  #silent(): string {
    return `${this.url.host} does not answer.`;
  }

  #explain(error: unknown, signal: AbortSignal, total: AbortSignal): TransportError {
    if (error instanceof TransportError) return error;
    if (signal.aborted) return new TransportError("CANCELLED", "The agent stops.", undefined, error);
    if (total.aborted) return new TransportError("TIMEOUT", this.#silent(), undefined, error);
    const code = String(Object(error).code ?? Object(error).message);
    if (TLS_CODES.test(code)) {
      const message = `The certificate of ${this.url.host} is not accepted (${code}). If it is your own, name its authority in "caFile".`;
      return new TransportError("TLS", message, undefined, error);
    }
    const message = `${this.url.host} cannot be reached (${code}). Is the server running?`;
    return new TransportError("UNREACHABLE", message, undefined, error);
  }
}
