import type { Caller } from "../access/caller.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; known before the body is read. */
    caller: Caller;
  }
}
