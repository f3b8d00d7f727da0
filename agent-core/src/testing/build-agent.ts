import { mkdtempSync } from "node:fs";
import path from "node:path";
import { build } from "vite";

const PACKAGE = path.resolve(import.meta.dirname, "../..");

/**
 * Bundles main.ts as it stands, so that tests can run, signal and kill the agent as a process of its own.
 *
 * @returns the program's path, in a folder beside dist so that it finds package.json and node_modules
 */
export async function buildAgent(): Promise<string> {
  // One folder below the package, as dist is.
  const outDir = mkdtempSync(path.join(PACKAGE, ".cache-"));
  await build({
    root: PACKAGE,
    configFile: false,
    logLevel: "error",
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    resolve: { conditions: ["source"] },
    ssr: { noExternal: ["@redflag/plugin-sdk"], resolve: { conditions: ["source"] } },
    build: { ssr: "src/main.ts", outDir, emptyOutDir: true, minify: false, target: "node24" },
  });
  return path.join(outDir, "main.js");
}
