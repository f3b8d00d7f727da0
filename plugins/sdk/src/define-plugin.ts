import type { Context } from "./context.js";
import { API_VERSION, type Manifest } from "./manifest.js";
import type { Source } from "./source.js";
import type { StandardSchema } from "./standard-schema.js";

/** What a plugin's author writes. */
export interface PluginDefinition<Config = unknown> {
  readonly manifest: Manifest;
  /** Checks the `config` of the agent's configuration file. Without it the plugin takes no configuration. */
  readonly config?: StandardSchema<unknown, Config>;
  /** Makes the source. Must not touch the machine: that is `detect`'s business. */
  create(context: Context<Config>): Source;
}

/** What a plugin package exports as its default. Recognised by `$$type`, also across copies of the SDK. */
export interface Plugin<Config = unknown> extends PluginDefinition<Config> {
  readonly $$type: "redflag-plugin";
  readonly apiVersion: typeof API_VERSION;
}

/** Makes a plugin out of its definition. It has no side effect and keeps no reference. */
export function definePlugin<Config = unknown>(definition: PluginDefinition<Config>): Plugin<Config> {
  return Object.freeze({ ...definition, $$type: "redflag-plugin", apiVersion: API_VERSION });
}

/** True for what {@link definePlugin} made, whatever copy or version of the SDK made it. */
export function isPlugin(value: unknown): value is Plugin {
  return (
    typeof value === "object" && value !== null && "$$type" in value && value.$$type === "redflag-plugin"
  );
}
