import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Context, Source } from "@redflag/plugin-sdk";
import type { DependencyContainer, InjectionToken } from "tsyringe";
import { RuleCommandRunner } from "../exec/command-runner.js";
import { RunPermits } from "../exec/run-permit.js";
import { MachineProcesses } from "../processes/machine-processes.js";
import { CLOCK, FILE_ROOT, HOST, LOG, PROCESS_STARTER, STATE_FOLDER, USER } from "../tokens.js";
import { PluginFiles } from "./context/plugin-files.js";
import { PluginHttp } from "./context/plugin-http.js";
import { PluginProcesses } from "./context/plugin-processes.js";
import { PluginState } from "./context/plugin-state.js";
import type { StepLimits } from "./lifecycle.js";
import { type CheckedPlugin, checkCapabilities } from "./load-plugin.js";
import { LoadedSource } from "./loaded-source.js";

/** Everything that one plugin may touch. */
export const PLUGIN_CONTEXT: InjectionToken<Context> = Symbol("PluginContext");

/** What the plugin made of its context. */
export const PLUGIN_SOURCE: InjectionToken<Source> = Symbol("PluginSource");

/** The source behind the host's guard. */
export const LOADED_SOURCE: InjectionToken<LoadedSource> = Symbol("LoadedSource");

/** A container of one plugin's own, in which its context is built from the agent's services and its manifest. */
export function createPluginContainer(
  parent: DependencyContainer,
  { found, manifest, plugin, config }: CheckedPlugin,
  limits: StepLimits,
): DependencyContainer {
  const child = parent.createChildContainer();
  const state = child.resolve(STATE_FOLDER);
  const folder = state.plugin(manifest.id);
  const log = child.resolve(LOG).child({ plugin: manifest.id });
  const permits = new RunPermits();
  const setting = {
    pluginId: manifest.id,
    rules: manifest.commands,
    config,
    dataDir: path.join(folder, "data"),
    user: child.resolve(USER),
    log,
  };
  const context: Context = {
    config,
    run: new RuleCommandRunner(setting, permits, child.resolve(PROCESS_STARTER)),
    files: new PluginFiles(manifest.files ?? [], config, child.resolve(FILE_ROOT)),
    processes: new PluginProcesses(
      manifest.processes === true,
      new MachineProcesses(path.join(child.resolve(FILE_ROOT), "proc")),
    ),
    state: new PluginState(path.join(folder, "state.json")),
    http: new PluginHttp(manifest.network ?? []),
    clock: child.resolve(CLOCK),
    host: child.resolve(HOST),
    log,
  };
  child.registerInstance(PLUGIN_CONTEXT, context);
  const source = plugin.create(context);
  checkCapabilities(`Plugin ${found.name} ${found.version}`, manifest, source);
  child.registerInstance(PLUGIN_SOURCE, source);
  const steps = {
    pluginId: manifest.id,
    permits,
    limits,
    clock: child.resolve(CLOCK),
    log,
    runFolder: (runId: string) => state.run(runId),
    newRunId: () => randomUUID(),
  };
  child.registerInstance(LOADED_SOURCE, new LoadedSource(manifest, found.name, found.version, source, steps));
  return child;
}
