import path from "node:path";
import { hasFile } from "../state/atomic-file.js";
import { registeredServer } from "../state/credentials.js";
import { removeStateFolder } from "../state/remove-state.js";
import { installService, type InstallOutcome } from "../service/install-service.js";
import { checkIsRoot, openSystemd } from "../service/open-systemd.js";
import {
  renderUnits,
  SERVICE_UNIT,
  type ServiceMode,
  type ServiceSettings,
} from "../service/render-units.js";
import { serviceEnvironment } from "../service/service-environment.js";
import { ServiceError } from "../service/service-error.js";
import { readServiceStatus } from "../service/service-status.js";
import type { Systemctl } from "../service/systemctl.js";
import { DEFAULT_INTERVAL, parseTimerInterval } from "../service/timer-interval.js";
import { uninstallService } from "../service/uninstall-service.js";
import type { CliAction, CliContext } from "./cli-context.js";
import { describeService } from "./describe-service.js";
import { EXIT } from "./exit-codes.js";
import { findFolder, findRunning } from "./find-state.js";

/** The options of `redflag-agent service install`. */
export interface ServiceInstallOptions {
  readonly mode: ServiceMode;
  readonly interval?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** A plan that is asked for in the page waits an hour for the agent. */
const LONGEST_WAIT_SECONDS = 1800;

/** Makes the machine run the agent. */
export const serviceInstallCommand: CliAction<ServiceInstallOptions> = async (context, options) => {
  const { output, facts, stop } = context;
  if (options.interval !== undefined && options.mode !== "timer") {
    output.err("An interval is for the timer: use --mode timer with it, or leave it out.");
    return EXIT.usage;
  }
  if (options.dryRun === true) {
    const systemctl = await openSystemd(facts, stop).catch(() => undefined);
    const settings = settingsOf(context, options, (await systemctl?.version()) ?? 0);
    for (const { name, text } of renderUnits(settings))
      output.out(`==> /etc/systemd/system/${name}\n${text}`);
    output.err("Nothing was changed.");
    return EXIT.ok;
  }
  checkIsRoot(facts);
  const systemctl = await openSystemd(facts, stop);
  const settings = settingsOf(context, options, await systemctl.version());
  const outcome = await installService(facts, systemctl, settings, {
    force: options.force === true,
    obeyed: await obeyedFiles(context),
    beforeWriting: async () => {
      await checkIsEnrolled(context);
      await checkNoOther(context, systemctl);
    },
  });
  output.out(sayInstalled(outcome, settings));
  const carried = Object.keys(settings.environment);
  if (carried.length > 0) output.out(`It has these settings of this environment: ${carried.join(", ")}.`);
  if (settings.mode === "timer" && settings.interval.seconds > LONGEST_WAIT_SECONDS) {
    output.err(
      "What is asked for in the page waits an hour at most, so with this interval much of it will expire. Choose 30m or less to steer this machine from the server.",
    );
  }
  return EXIT.ok;
};

/** Stops the agent for good. */
export const serviceUninstallCommand: CliAction<{
  readonly force?: boolean;
  readonly purge?: boolean;
}> = async (context, { force, purge }) => {
  const { output, facts, stop } = context;
  checkIsRoot(facts);
  const systemctl = await openSystemd(facts, stop);
  const { stopTimeoutSeconds } = context.config();
  const wasThere = await uninstallService(facts, systemctl, { force: force === true, stopTimeoutSeconds });
  output.out(wasThere ? "The service is removed." : "No service was installed.");
  if (purge !== true) return EXIT.ok;
  const folder = await findFolder(context);
  if (!folder) return EXIT.ok;
  const running = findRunning(folder);
  if (running !== null) {
    throw new ServiceError(
      `An agent (process ${running}) still runs in ${folder.root}, so that folder was left.`,
    );
  }
  await removeStateFolder(folder);
  output.out(
    `Removed ${folder.root} with this machine's credentials. The server still lists the machine: retire it there.`,
  );
  return EXIT.ok;
};

/** Shows what is installed and how it goes. Fails unless it does what it is installed for. */
export const serviceStatusCommand: CliAction<{ readonly json?: boolean }> = async (context, { json }) => {
  const { output, facts, stop } = context;
  const status = await readServiceStatus(facts, await openSystemd(facts, stop));
  output.out(json === true ? JSON.stringify(status, null, 2) : describeService(status).join("\n"));
  return status.isHealthy ? EXIT.ok : EXIT.failed;
};

function settingsOf(
  context: CliContext,
  { mode, interval = DEFAULT_INTERVAL }: ServiceInstallOptions,
  systemdVersion: number,
): ServiceSettings {
  const { node, program, env } = context.facts;
  return {
    mode,
    interval: parseTimerInterval(interval),
    node,
    program,
    environment: serviceEnvironment(env),
    stopTimeoutSeconds: context.config().stopTimeoutSeconds,
    systemdVersion,
  };
}

/** What decides beside the program what the agent does: who changes it may do as root whatever they like. */
async function obeyedFiles(context: CliContext): Promise<string[]> {
  const { caFile, plugins } = context.config();
  const folders = plugins.map((plugin) => plugin.package).filter((name) => path.isAbsolute(name));
  return [
    ...((await hasFile(context.configFile)) ? [context.configFile] : []),
    ...(caFile === undefined ? [] : [caFile]),
    ...folders,
  ];
}

/** A service that would end at once with "not enrolled" is not installed. */
async function checkIsEnrolled(context: CliContext): Promise<void> {
  const folder = await findFolder(context);
  const known = folder ? await registeredServer(folder) : undefined;
  if (known !== undefined || context.config().serverUrl === undefined) return;
  const { REDFLAG_REGISTRATION_TOKEN: secret, ...others } = context.facts.env;
  const isInFile = context.config().registrationToken !== undefined && !secret;
  if (isInFile) return;
  throw new ServiceError(
    secret && others["REDFLAG_SERVER_URL"] !== undefined
      ? "The registration token stands in this environment only, and a unit holds no secret. Enrol first with: redflag-agent register"
      : "This machine is not enrolled. Enrol it first with: redflag-agent register --token <registration token>",
  );
}

/** An agent that somebody started by hand would keep the service from starting. */
async function checkNoOther(context: CliContext, systemctl: Systemctl): Promise<void> {
  const folder = await findFolder(context);
  const running = folder ? findRunning(folder) : null;
  if (running === null) return;
  const { MainPID } = await systemctl.show(SERVICE_UNIT, ["MainPID"]);
  if (MainPID === running) return;
  throw new ServiceError(
    `Another agent (process ${running}) runs in ${folder?.root}. Stop it first, for a machine has one agent.`,
  );
}

function sayInstalled(outcome: InstallOutcome, { mode, interval }: ServiceSettings): string {
  const how = mode === "resident" ? "stays in memory" : `is woken every ${interval.text} and gone in between`;
  const verb = { installed: "is installed", changed: "was changed and restarted", unchanged: "is as it was" };
  return `The service ${verb[outcome]}: the agent ${how}. See how it goes with: redflag-agent service status`;
}
