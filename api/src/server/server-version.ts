import { readFileSync } from "node:fs";

/** From the sources and from dist alike, the package's manifest lies two folders up. */
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The server's own version, a semantic version. */
export const serverVersion = manifest.version;
