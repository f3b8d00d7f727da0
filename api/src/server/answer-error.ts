import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { RequestError } from "../schema/request-error.js";
import { explainTrouble, MASKED_MESSAGE } from "./present-error.js";

/** Answers what failed before GraphQL began, in GraphQL's own form; what is our fault is logged and masked. */
export function answerError(
  error: FastifyError | RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (reply.raw.destroyed) {
    // Whatever failed then, failed because nobody waits for it: a page that is left, a cable that is pulled.
    request.log.debug({ err: error, requestId: request.id }, "The client left before its answer");
    return reply.code(499).send();
  }
  const trouble = explainTrouble(error);
  if (trouble) {
    request.log.warn({ err: error, requestId: request.id }, "The database does not do what it was asked");
    return answerTrouble(trouble, request, reply);
  }
  const status = "statusCode" in error ? (error.statusCode ?? 500) : 500;
  const isOurs = status >= 500 && status !== 503;
  if (isOurs) request.log.error({ err: error, requestId: request.id }, "A request failed");
  const code =
    error instanceof RequestError ? error.extensions["code"] : isOurs ? "INTERNAL" : "BAD_USER_INPUT";
  const message = isOurs ? MASKED_MESSAGE : error.message;
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send({ errors: [{ message, extensions: { code, requestId: request.id } }] });
}

/** 503 with the time after which the same request may well be answered. */
export function answerTrouble(
  { message, retryAfterSeconds }: NonNullable<ReturnType<typeof explainTrouble>>,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  return reply
    .code(503)
    .header("retry-after", String(retryAfterSeconds))
    .type("application/json; charset=utf-8")
    .send({ errors: [{ message, extensions: { code: "INTERNAL", requestId: request.id } }] });
}
