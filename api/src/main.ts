#!/usr/bin/env node
import "reflect-metadata";
import { homedir } from "node:os";
import { Command, CommanderError } from "commander";
import { readSettings } from "./config/read-settings.js";
import { explainFailure } from "./cli/explain-failure.js";
import { runBackup, runRestore } from "./cli/run-backup.js";
import { runRebuild, runVerify } from "./cli/run-events.js";
import { runServe } from "./cli/run-serve.js";
import { serverVersion } from "./server/server-version.js";

const GIVE_UP_MS = 5_000;

const settings = () => readSettings(process.env, { uid: process.getuid?.(), home: homedir() });

const program = new Command("redflag")
  .description("The RedFlag server. Settings: docs/configuration.md.")
  .version(serverVersion)
  .exitOverride();

program
  .command("serve")
  .description("start the server and run until a signal; also without any command")
  .action(() => runServe(settings()));

const events = program.command("events").description("the log of everything that happened");
events
  .command("rebuild")
  .description("build all state anew from the events, while no server runs")
  .action(() => runRebuild(settings()));
events
  .command("verify")
  .description("compare the state with what the events say; exit code 1 when they differ")
  .action(() => runVerify(settings()));

program
  .command("backup")
  .description("save the whole database into a new file; servers may go on running")
  .argument("<file>", "for example redflag-2026-11-21.backup")
  .action((file: string) => runBackup(settings(), file));
program
  .command("restore")
  .description("put a backup into the database, while no server runs")
  .argument("<file>", "what `redflag backup` wrote")
  .option("--replace", "give up everything that is in the database now", false)
  .action((file: string, options: { replace: boolean }) => runRestore(settings(), file, options));

try {
  const argv = process.argv.slice(2);
  // Not as commander's default command: that takes a misspelt command for the default's argument.
  await program.parseAsync(argv.length === 0 ? ["serve"] : argv, { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 64;
  } else {
    const { message, exitCode } = explainFailure(error);
    process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
    // Whatever still waits, for example for a database that is gone, does not keep the program.
    setTimeout(() => process.exit(), GIVE_UP_MS).unref();
  }
}
