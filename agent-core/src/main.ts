#!/usr/bin/env node
import "reflect-metadata";
import { createRequire } from "node:module";
import { homedir, userInfo } from "node:os";
import { fileURLToPath } from "node:url";
import type { CliContext } from "./cli/cli-context.js";
import { EXIT } from "./cli/exit-codes.js";
import { runCli } from "./cli/run-cli.js";
import { openTerminal } from "./cli/terminal.js";
import { systemClock } from "./clock/system-clock.js";
import { findConfigFile, loadConfig } from "./config/load-config.js";
import { processStarter } from "./exec/start-process.js";
import { nameUser } from "./facts/name-user.js";
import { createPinoLog } from "./log/pino-log.js";
import { silentLog } from "./log/silent-log.js";
import { composeLocal } from "./run/compose-local.js";
import type { ProcessFacts } from "./run/process-facts.js";

const OLDEST_NODE = 24;
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `redflag-agent needs Node ${OLDEST_NODE} or later, and this is ${process.versions.node}. Use the one of the package: node_modules/.bin/node.\n`,
  );
  process.exit(EXIT.configuration);
}

const require = createRequire(import.meta.url);
const versionOf = (packageJson: string): string => (require(packageJson) as { version: string }).version;

const facts: ProcessFacts = {
  env: { ...process.env },
  platform: process.platform,
  arch: process.arch,
  uid: process.getuid?.() ?? null,
  home: homedir(),
  userName: nameUser(() => userInfo().username, process.env),
  fileRoot: "/",
  node: process.execPath,
  program: fileURLToPath(import.meta.url),
  agentVersion: versionOf("../package.json"),
  sdkVersion: versionOf("@redflag/plugin-sdk/package.json"),
  clock: systemClock,
  random: Math.random,
  starter: processStarter,
};

const stop = new AbortController();
const onStop = (): void => stop.abort();
process.once("SIGTERM", onStop);
process.once("SIGINT", onStop);
// The supervisor that started this process with an IPC channel is gone.
process.once("disconnect", onStop);

// A reader that went away, as `| head` does, is no error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const configFile = findConfigFile(facts.platform, facts.env);
const context: CliContext = {
  facts,
  stop: stop.signal,
  configFile: configFile.path,
  terminal: openTerminal(process.stdin, process.stderr),
  output: {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  },
  config: (flags = {}) => loadConfig(configFile, facts.env, flags),
  open: (config, logTo) =>
    composeLocal(facts, config, logTo === "stdout" ? createPinoLog(config.logLevel) : silentLog),
};

const exitCode = await runCli(process.argv.slice(2), context);
// Whatever still runs is meant to outlive the agent, or is not worth waiting for.
process.stdout.write("", () => process.exit(exitCode));
