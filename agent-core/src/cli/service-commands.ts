import { type Command, Option } from "commander";
import { SERVICE_MODES } from "../service/render-units.js";
import type { CliAction } from "./cli-context.js";
import { serviceInstallCommand, serviceStatusCommand, serviceUninstallCommand } from "./service-command.js";

type Act = <Options>(action: CliAction<Options>) => (options: Options) => Promise<void>;

/** Adds `service install`, `service uninstall` and `service status`. */
export function addServiceCommands(program: Command, act: Act): void {
  const service = program.command("service").description("run as a service of this machine (systemd)");
  const force = () => new Option("--force", "also over units that were edited by hand");
  service
    .command("install")
    .description("start the agent now and with the machine")
    .addOption(
      new Option("--mode <mode>", "stay in memory, or be woken by a timer")
        .choices(SERVICE_MODES)
        .default("resident"),
    )
    .option("--interval <interval>", "how often the timer wakes it: 1m to 24h; default 15m")
    .option("--dry-run", "show the units and change nothing")
    .addOption(force())
    .action(act(serviceInstallCommand));
  service
    .command("uninstall")
    .description("stop the agent and remove its units; an installation that runs goes on to its end")
    .option("--purge", "also remove the state folder: credentials, journal, scans")
    .addOption(force())
    .action(act(serviceUninstallCommand));
  service
    .command("status")
    .description("show mode, state and next run")
    .option("--json", "print JSON for scripts")
    .action(act(serviceStatusCommand));
}
