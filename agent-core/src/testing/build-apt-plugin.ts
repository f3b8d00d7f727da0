import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "vite";

const PACKAGE = path.resolve(import.meta.dirname, "../../../plugins/apt");

/** Bundles the apt plugin as it stands into a folder, for agents that run as a process of their own. */
export async function buildAptPlugin(outDir: string): Promise<void> {
  await build({
    root: PACKAGE,
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["source"] },
    ssr: { noExternal: true, resolve: { conditions: ["source"] } },
    build: { ssr: "src/index.ts", outDir, emptyOutDir: true, minify: false, target: "node24" },
  });
  const { exports: _exports, ...json } = JSON.parse(readFileSync(path.join(PACKAGE, "package.json"), "utf8"));
  writeFileSync(path.join(outDir, "package.json"), JSON.stringify({ ...json, exports: "./index.js" }));
}
