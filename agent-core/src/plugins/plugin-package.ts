import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import { PluginRefusal } from "./plugin-refusal.js";

const PACKAGE = v.object({
  name: v.string(),
  version: v.string(),
  keywords: v.exactOptional(v.array(v.string())),
  peerDependencies: v.exactOptional(v.record(v.string(), v.string())),
  redflag: v.exactOptional(v.unknown()),
});

/** What a plugin's package.json says: everything that can be known without running its code. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly keywords: readonly string[];
  /** The range of SDK versions that it was made for. */
  readonly sdkRange: string | undefined;
  /** The manifest, unchecked. */
  readonly redflag: unknown;
  /** What to import. */
  readonly entry: string;
}

/**
 * Reads a plugin's package.json without running any of its code.
 *
 * @param specifier a package name, or the absolute path of a package's folder.
 */
export async function readPluginPackage(specifier: string): Promise<PluginPackage> {
  const isFolder = path.isAbsolute(specifier);
  const require = createRequire(isFolder ? path.join(specifier, "package.json") : import.meta.url);
  let json: unknown;
  try {
    const file = isFolder
      ? path.join(specifier, "package.json")
      : require.resolve(`${specifier}/package.json`);
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new PluginRefusal(
      `Plugin ${specifier} is not installed here, or its package.json cannot be read. Install it, or take it out of "plugins".`,
      { cause: error },
    );
  }
  const result = v.safeParse(PACKAGE, json);
  if (!result.success)
    throw new PluginRefusal(`Plugin ${specifier}: its package.json lacks name or version.`);
  const { name, version, keywords = [], peerDependencies = {}, redflag } = result.output;
  return {
    name,
    version,
    keywords,
    sdkRange: peerDependencies["@redflag/plugin-sdk"],
    redflag,
    entry: isFolder ? pathToFileURL(resolveEntry(require, specifier, name)).href : specifier,
  };
}

function resolveEntry(require: NodeJS.Require, folder: string, name: string): string {
  try {
    return require.resolve(name);
  } catch {
    return require.resolve(folder);
  }
}
