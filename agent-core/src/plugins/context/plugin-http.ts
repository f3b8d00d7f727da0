import type { IncomingMessage } from "node:http";
import {
  type Call,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  PluginError,
} from "@redflag/plugin-sdk";

const MAX_REDIRECTS = 5;
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set(["authorization", "cookie", "proxy-authorization"]);

/** Reaches only the hosts that the manifest names, redirects included. */
export class PluginHttp implements HttpClient {
  constructor(readonly hosts: readonly string[]) {}

  async request(request: HttpRequest, call: Call): Promise<HttpResponse> {
    let current = request;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await send(this.#check(current.url), current, call);
      const location = response.headers["location"];
      if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) return response;
      current = redirected(current, location, response.status);
    }
    throw new PluginError("OFFLINE", `${request.url} redirects more than ${MAX_REDIRECTS} times.`);
  }

  #check(url: string): URL {
    if (!URL.canParse(url))
      throw new PluginError("UNSUPPORTED", `${url.slice(0, 200)} is not a web address.`);
    const parsed = new URL(url);
    const isAllowed = this.hosts.includes(parsed.hostname) && /^https?:$/u.test(parsed.protocol);
    if (isAllowed) return parsed;
    throw new PluginError("PERMISSION_DENIED", `The manifest's network does not name ${parsed.hostname}.`);
  }
}

function redirected(request: HttpRequest, location: string, status: number): HttpRequest {
  const url = new URL(location, request.url);
  const isSameOrigin = url.origin === new URL(request.url).origin;
  const headers = Object.entries(request.headers ?? {}).filter(
    ([name]) => isSameOrigin || !CREDENTIAL_HEADERS.has(name.toLowerCase()),
  );
  const { body, method, ...rest } = request;
  const kept = { ...rest, url: url.href, headers: Object.fromEntries(headers) };
  if (status === 307 || status === 308) {
    return { ...kept, ...(method ? { method } : {}), ...(body === undefined ? {} : { body }) };
  }
  return { ...kept, method: method === "HEAD" ? "HEAD" : "GET" };
}

async function send(url: URL, request: HttpRequest, call: Call): Promise<HttpResponse> {
  const { request: open } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: request.method ?? "GET",
        headers: request.headers ?? {},
        signal: call.signal,
      };
      const outgoing = open(url, options, resolve);
      outgoing.once("error", reject);
      outgoing.end(request.body);
    });
    const body = await readBody(response, request.maxBytes ?? DEFAULT_MAX_BYTES);
    const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body };
  } catch (error) {
    if (call.signal.aborted)
      throw new PluginError("CANCELLED", "The request was cancelled.", { cause: error });
    if (error instanceof PluginError) throw error;
    throw new PluginError("OFFLINE", `${url.host} could not be reached: ${String(Object(error).code)}.`, {
      cause: error,
    });
  }
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      response.destroy();
      throw new PluginError("UNSUPPORTED", `The answer is larger than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
