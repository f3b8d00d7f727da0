import { Transform, type Readable } from "node:stream";
import { createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import type { FastifyRequest } from "fastify";
import { RequestError } from "../schema/request-error.js";

const MIB = 2 ** 20;
/** A report of 10,000 packages with all that is known about them. */
export const LARGEST_AGENT_BODY = 32 * MIB;
export const LARGEST_BODY = MIB;

const decoders = {
  gzip: createGunzip,
  deflate: createInflate,
  zstd: createZstdDecompress,
} as const;

/** A body that is refused before it is read; `statusCode` is the HTTP status. */
export class BodyError extends RequestError {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super("BAD_USER_INPUT", message);
    this.statusCode = statusCode;
  }
}

/**
 * Inflates a request's body and ends the request as soon as more than the caller's limit has come out of it,
 * however few bytes that took on the wire.
 */
export function inflateBody(request: FastifyRequest, body: Readable): Readable {
  const limit = request.caller.kind === "agent" ? LARGEST_AGENT_BODY : LARGEST_BODY;
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return body.pipe(cap(limit, body));
  if (!Object.hasOwn(decoders, encoding)) {
    throw new BodyError(
      415,
      `The body's encoding ${JSON.stringify(encoding)} is not known. Use gzip, zstd or deflate.`,
    );
  }
  const decoder = decoders[encoding as keyof typeof decoders]();
  const capped = cap(limit, body);
  decoder.on("error", () => capped.destroy(new BodyError(400, `The body is not valid ${encoding}.`)));
  body.on("error", (error) => capped.destroy(error));
  delete request.headers["content-encoding"];
  delete request.headers["content-length"];
  return body.pipe(decoder).pipe(capped);
}

/** JSON is UTF-8; a body that claims another charset would be read as something that it is not. */
export function refuseOtherCharsets(contentType: string | undefined): void {
  const charset = /;\s*charset="?([^";\s]*)/i.exec(contentType ?? "")?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new BodyError(415, `The charset ${JSON.stringify(charset)} is not known. Send UTF-8.`);
}

function cap(limit: number, body: Readable): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length <= limit) return done(null, chunk);
      body.unpipe();
      body.resume();
      done(new BodyError(413, `The body is larger than ${limit / MIB} MiB. Send it in parts.`));
    },
  });
}
