import { existsSync } from "node:fs";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

const YEAR_SECONDS = 31_536_000;
const NOT_BUILT =
  "The page is not built yet. Run `npm run build` in the checkout, or `npm start`, which does it by itself.\n";

/** Vite names these by their content, so they never change. */
const ASSETS = `${path.sep}assets${path.sep}`;

/** Serves the built page from `folder`; addresses without a file are the page's own and get its `index.html`. */
export async function serveStaticPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: true,
    index: ["index.html"],
    cacheControl: false,
    setHeaders: (reply, file) => {
      const isAsset = file.includes(ASSETS);
      const value = isAsset ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache";
      void reply.header("cache-control", value);
    },
  });
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === "GET" && !path.posix.basename(request.url.split("?")[0] ?? "").includes(".");
    if (!isPage || request.url.startsWith("/graphql")) {
      return reply.code(404).type("text/plain; charset=utf-8").send("There is nothing at this address.\n");
    }
    if (!existsSync(path.join(folder, "index.html"))) return sayNotBuilt(reply);
    return reply.sendFile("index.html");
  });
}

function sayNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
}
