import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { DependencyContainer, InjectionToken } from "tsyringe";
import type { PluginSpec } from "../config/config-schema.js";
import { HOST, LOG, STATE_FOLDER } from "../tokens.js";
import type { HostVersions } from "./check-package.js";
import { STEP_LIMITS, type StepLimits } from "./lifecycle.js";
import { loadPlugin } from "./load-plugin.js";
import type { LoadedSource } from "./loaded-source.js";
import { createPluginContainer, LOADED_SOURCE } from "./plugin-container.js";
import { PluginRefusal } from "./plugin-refusal.js";

/** A plugin that is not used, and why. */
export interface RefusedPlugin {
  readonly package: string;
  readonly reason: string;
}

/** The plugins that run. */
export const PLUGIN_HOST: InjectionToken<PluginHost> = Symbol("PluginHost");

/** The plugins of this agent: those that run, and those that were refused. */
export class PluginHost {
  readonly #sources = new Map<string, LoadedSource>();
  readonly #refused: RefusedPlugin[] = [];

  /** The sources that run, in the order of the configuration. */
  get sources(): readonly LoadedSource[] {
    return [...this.#sources.values()];
  }

  get refused(): readonly RefusedPlugin[] {
    return this.#refused;
  }

  find(sourceId: string): LoadedSource | undefined {
    return this.#sources.get(sourceId);
  }

  /** Loads every plugin of the list; one that cannot be trusted is refused and the others go on. */
  static async load(
    container: DependencyContainer,
    specs: readonly PluginSpec[],
    versions: HostVersions,
    limits: StepLimits = STEP_LIMITS,
  ): Promise<PluginHost> {
    const host = new PluginHost();
    const { platform } = container.resolve(HOST);
    for (const spec of specs) {
      try {
        const checked = await loadPlugin(spec, { ...versions, platform }, limits);
        const { id } = checked.manifest;
        if (host.#sources.has(id))
          throw new PluginRefusal(`Another plugin already provides the source ${id}.`);
        const folder = container.resolve(STATE_FOLDER).plugin(id);
        await mkdir(path.join(folder, "data"), { recursive: true, mode: 0o700 });
        host.#sources.set(id, createPluginContainer(container, checked, limits).resolve(LOADED_SOURCE));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        host.#refused.push({ package: spec.package, reason });
        container.resolve(LOG).error("plugin refused", { package: spec.package, reason });
      }
    }
    return host;
  }

  async dispose(): Promise<void> {
    await Promise.allSettled(this.sources.map((source) => source.dispose()));
  }
}
