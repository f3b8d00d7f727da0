import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A plugin package written for one test. */
export interface FixturePlugin {
  /** Unique in the test. Default "toy". */
  readonly id?: string;
  /** Changes to the manifest in package.json and code. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Changes to the manifest in the code only. */
  readonly codeManifest?: Readonly<Record<string, unknown>>;
  /** Changes to package.json. */
  readonly packageJson?: Readonly<Record<string, unknown>>;
  /** JavaScript of methods, which replace or add to a source that finds one update: `async scan() { … }`. */
  readonly methods?: string;
  /** JavaScript that runs at import. */
  readonly prelude?: string;
  /** JavaScript of a Standard Schema `validate`. */
  readonly validate?: string;
}

/** The update that a fixture's scan lists unless told otherwise, as JavaScript. */
export const TOY_ITEM =
  '{ key: "lib", name: "lib", installed: "1", candidate: "2", kind: "security", severity: "high", advisories: [], restart: "none" }';

/** Node remembers modules and package.json files, so each writing gets a folder of its own. */
let written = 0;

/** Writes a plugin package below `root` and returns its folder, to be named in the configuration. */
export function writeFixturePlugin(root: string, fixture: FixturePlugin = {}): string {
  const id = fixture.id ?? "toy";
  const manifest = {
    id,
    apiVersion: 1,
    displayName: "Toy",
    ecosystem: "toy",
    platforms: ["linux"],
    versionScheme: "opaque",
    capabilities: {},
    commands: [],
    ...fixture.manifest,
  };
  written += 1;
  const folder = path.join(root, String(written), `redflag-plugin-${id}`);
  mkdirSync(folder, { recursive: true });
  const packageJson = {
    name: `redflag-plugin-${id}`,
    version: "1.0.0",
    type: "module",
    main: "index.mjs",
    keywords: ["redflag-plugin"],
    peerDependencies: { "@redflag/plugin-sdk": "^0.1.0" },
    redflag: manifest,
    ...fixture.packageJson,
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(packageJson));
  const config = fixture.validate
    ? `config: { "~standard": { version: 1, vendor: "toy", validate: ${fixture.validate} } },`
    : "";
  const code = `
    class PluginError extends Error {
      constructor(code, message) { super(message); this.name = "PluginError"; this.code = code; this.retryable = false; this.details = {}; }
    }
    ${fixture.prelude ?? ""}
    const item = ${TOY_ITEM};
    export default {
      $$type: "redflag-plugin",
      apiVersion: 1,
      manifest: ${JSON.stringify({ ...manifest, ...fixture.codeManifest })},
      ${config}
      create: (ctx) => ({
        async detect() { return { status: "present", version: "1", limits: [] }; },
        async scan() { return { items: [item], complete: true, warnings: [] }; },
        ${fixture.methods ?? ""}
      }),
    };`;
  writeFileSync(path.join(folder, "index.mjs"), code);
  return folder;
}
