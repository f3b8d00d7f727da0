import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { build } from "vite";

/**
 * Builds the page into a folder of its own, so that browser tests see what is in the tree and disturb nobody who uses
 * `web/dist` at the same time. Answers with the folder.
 */
export async function buildPage(): Promise<string> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), "redflag-page-"));
  await build({
    configFile: path.resolve(import.meta.dirname, "../../vite.config.ts"),
    logLevel: "error",
    build: { outDir, reportCompressedSize: false },
  });
  return outDir;
}
