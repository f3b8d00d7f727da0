import type { FastifyInstance } from "fastify";

const READY_WITHIN_MS = 2_000;

/**
 * `/healthz`: the process answers. `/readyz`: so does its database. Both say nothing else and need no login, so
 * that a supervisor and the page can ask.
 */
export function serveHealth(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get("/healthz", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
    return { status: "ok" };
  });
  app.get("/readyz", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), READY_WITHIN_MS);
    const ready = await Promise.race([isReady().catch(() => false), late.promise]);
    clearTimeout(timer);
    return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "database does not answer" });
  });
}
