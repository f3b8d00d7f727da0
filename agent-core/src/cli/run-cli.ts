import { Command, CommanderError, Option } from "commander";
import { ConfigError } from "../config/config-error.js";
import { explainDiskFull } from "../state/disk-full.js";
import { BrokenStateError, StateError } from "../state/state-error.js";
import { ServiceError } from "../service/service-error.js";
import { ServerAddressError } from "../transport/server-address.js";
import { TransportError } from "../transport/transport-error.js";
import { visibleText } from "../text/visible-text.js";
import type { CliAction, CliContext } from "./cli-context.js";
import type { ConsentOptions } from "./confirm-change.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { installCommand, type InstallOptions } from "./install-command.js";
import { exportCommand, listCommand, type LookOptions, statusCommand } from "./look-commands.js";
import { planCommand, type PlanOptions } from "./plan-command.js";
import { receiptsCommand, type ReceiptsOptions } from "./receipts-command.js";
import { registerCommand, type RegisterOptions } from "./register-command.js";
import { rollbackCommand } from "./rollback-command.js";
import { runCommand, type RunOptions } from "./run-command.js";
import { scanCommand, type ScanCommandOptions } from "./scan-command.js";
import { translateSeedFlags } from "./seed-flags.js";
import { addServiceCommands } from "./service-commands.js";

const CONFIGURATION_ERRORS = [ConfigError, ServerAddressError, BrokenStateError];
const EXPECTED_ERRORS = [StateError, TransportError, ServiceError];

const AFTER_HELP = `
Settings come from /etc/aggregator/config.json (AGENT_CONFIG_PATH names another file) and the
environment: REDFLAG_SERVER_URL, REDFLAG_REGISTRATION_TOKEN, REDFLAG_AGENT_STATE_DIR, REDFLAG_LOG_LEVEL …

Without a server: plan, install, rollback and receipts do the same with the same care, and a server that
the machine joins later is told of it. A question is only asked at a terminal; elsewhere say --yes.

Flags of the first agent still work: --scan, --status, --list-updates, --scan --export=json.

Exit codes: 0 done and everything known; 1 a scan failed or is incomplete, or the agent could not do
what was asked; 2 the command line is wrong; 78 the configuration is wrong, the machine is not enrolled,
or the state folder cannot be used before somebody mends it.`;

/** Runs one command line. Never throws and never prints a stack trace. @returns the exit code */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  const { output, facts } = context;
  let exitCode: ExitCode = EXIT.ok;
  const act =
    <Options>(action: CliAction<Options>) =>
    async (options: Options): Promise<void> => {
      exitCode = await action(context, options);
    };
  const program = new Command("redflag-agent")
    .description("Sees, plans, installs and proves this machine's software updates.")
    .version(facts.agentVersion)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    })
    .showHelpAfterError("Run redflag-agent --help to see the commands.")
    .addHelpText("after", AFTER_HELP);
  const actOn =
    <Options>(
      action: (context: CliContext, names: readonly string[], options: Options) => Promise<ExitCode>,
    ) =>
    async (names: readonly string[], options: Options): Promise<void> => {
      exitCode = await action(context, names, options);
    };
  const json = () => new Option("--json", "print JSON for scripts");
  const acceptRemovals = () =>
    new Option("--accept-removals", "allow the removal of the packages that are shown as removed");

  program
    .command("run")
    .description("run until stopped: scan, report, do what the server says")
    .option("--once", "do what is due, then leave; for a timer")
    .action(act<RunOptions>(runCommand));
  program
    .command("register")
    .description("enrol this machine with a server")
    .option("--server <url>", "address of the server; default REDFLAG_SERVER_URL")
    .option(
      "--token <token>",
      "registration token; default REDFLAG_REGISTRATION_TOKEN, which other users cannot see",
    )
    .option("--force", "enrol again although the machine is enrolled")
    .action(act<RegisterOptions>(registerCommand));
  program
    .command("scan")
    .description("scan now and show what is pending; works without a server")
    .option("--source <name>", "only this source, for example apt")
    .option("--no-refresh", "do not fetch the package index first")
    .addOption(json())
    .addOption(new Option("--export <format>").choices(["json"]).hideHelp())
    .action(
      act<ScanCommandOptions & { export?: string }>((given, options) =>
        scanCommand(given, { ...options, json: options.json === true || options.export === "json" }),
      ),
    );
  program
    .command("status")
    .description("show this agent, its server and the last scan")
    .addOption(json())
    .action(act<LookOptions>(statusCommand));
  program
    .command("list-updates")
    .alias("list")
    .description("list the updates of the last scan")
    .addOption(json())
    .action(act<LookOptions>(listCommand));
  program
    .command("export")
    .description("print the last scan for scripts")
    .addOption(new Option("--format <format>", "how").choices(["json"]).default("json"))
    .action(act(exportCommand));
  addServiceCommands(program, act);

  const choosing = (command: Command): Command =>
    command
      .argument("[names...]", "packages of the last scan, by name or key")
      .option("--all", "everything that is pending and not held")
      .option("--security", "everything of that which is for security")
      .option("--source <name>", "only of this source, for example apt");
  choosing(program.command("plan"))
    .description("show exactly what installing would change; changes nothing")
    .addOption(new Option("--format <format>", "how").choices(["text", "json"]).default("text"))
    .action(actOn<PlanOptions>(planCommand));
  choosing(program.command("install"))
    .description("show the plan, ask, and install exactly that; works without a server")
    .option("--plan <digest...>", "install exactly this plan, which redflag-agent plan showed")
    .option("--yes", "install without a question")
    .addOption(acceptRemovals())
    .action(actOn<InstallOptions>(installCommand));

  program
    .command("rollback")
    .description("take an installation back to the versions before it; asks first")
    .argument("[receipt]", "a receipt's id, or last", "last")
    .option("--yes", "roll back without a question")
    .addOption(acceptRemovals())
    .action(async (receipt: string, options: ConsentOptions) => {
      exitCode = await rollbackCommand(context, receipt, options);
    });
  program
    .command("receipts")
    .description("list what was installed and rolled back on this machine")
    .addOption(new Option("--format <format>", "how").choices(["text", "json"]).default("text"))
    .action(act<ReceiptsOptions>(receiptsCommand));

  try {
    await program.parseAsync(translateSeedFlags(argv), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return explain(error, context);
  }
}

function explain(error: unknown, { output, stop }: CliContext): ExitCode {
  if (stop.aborted) return EXIT.failed;
  const diskFull = error instanceof StateError ? null : explainDiskFull(error);
  const message = diskFull ?? (error instanceof Error ? error.message : String(error));
  output.err(
    `redflag-agent: ${message
      .split("\n")
      .map((line) => visibleText(line, 2_000))
      .join("\n")}`,
  );
  if (CONFIGURATION_ERRORS.some((kind) => error instanceof kind)) return EXIT.configuration;
  if (diskFull === null && !EXPECTED_ERRORS.some((kind) => error instanceof kind)) {
    output.err(
      "This is unexpected. Please report it with REDFLAG_LOG_LEVEL=debug and the steps that lead here.",
    );
  }
  return EXIT.failed;
}
