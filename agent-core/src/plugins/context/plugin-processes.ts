import { type Call, type OutdatedProcesses, PluginError, type Processes } from "@redflag/plugin-sdk";

/** Lets a plugin look at processes only when its manifest says so. */
export class PluginProcesses implements Processes {
  constructor(
    readonly isAllowed: boolean,
    readonly processes: Processes,
  ) {}

  findOutdated(call: Call): Promise<OutdatedProcesses> {
    if (this.isAllowed) return this.processes.findOutdated(call);
    return Promise.reject(
      new PluginError("PERMISSION_DENIED", "The manifest does not say that the plugin looks at processes."),
    );
  }
}
