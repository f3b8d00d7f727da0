import { container, type DependencyContainer } from "tsyringe";
import { ServerClock } from "../clock/server-clock.js";
import type { AgentConfig } from "../config/config-schema.js";
import { readHost } from "../facts/host.js";
import { CARRY_OUT, CarryOut } from "../jobs/carry-out.js";
import { SCANNER, Scanner } from "../jobs/scanner.js";
import { SOURCE_GATE, SourceGate } from "../jobs/source-gate.js";
import type { Log } from "../log/log.js";
import { PLUGIN_HOST, PluginHost } from "../plugins/plugin-host.js";
import { ReceiptStore } from "../receipts/receipt-store.js";
import { ReportStore } from "../state/report-store.js";
import { defaultStateFolder, openStateFolder } from "../state/state-folder.js";
import {
  AGENT_VERSION,
  CLOCK,
  CONFIG,
  FILE_ROOT,
  HOST,
  LOG,
  PROCESS_STARTER,
  RANDOM,
  RECEIPT_STORE,
  REPORT_STORE,
  SERVER_CLOCK,
  STATE_FOLDER,
  USER,
} from "../tokens.js";
import type { ProcessFacts } from "./process-facts.js";

/** Puts together everything that works without a server, plugins included. @throws StateError */
export async function composeLocal(
  facts: ProcessFacts,
  config: AgentConfig,
  log: Log,
): Promise<DependencyContainer> {
  const { platform, uid, home, env, fileRoot, arch } = facts;
  const isPrivileged = uid === 0 || platform === "win32";
  const root =
    config.stateDir ??
    defaultStateFolder({
      platform,
      uid,
      home,
      xdgStateHome: env["XDG_STATE_HOME"],
      programData: env["ProgramData"],
    });
  const child = container.createChildContainer();
  child.registerInstance(CONFIG, config);
  child.registerInstance(LOG, log);
  child.registerInstance(CLOCK, facts.clock);
  child.registerInstance(RANDOM, facts.random);
  child.registerInstance(FILE_ROOT, fileRoot);
  child.registerInstance(PROCESS_STARTER, facts.starter);
  child.registerInstance(AGENT_VERSION, facts.agentVersion);
  child.registerInstance(USER, { uid, home, isPrivileged });
  child.registerInstance(HOST, await readHost({ fileRoot, platform, arch, isPrivileged }));
  const folder = await openStateFolder(root, uid);
  child.registerInstance(STATE_FOLDER, folder);
  child.registerInstance(REPORT_STORE, new ReportStore(folder));
  child.registerInstance(RECEIPT_STORE, new ReceiptStore(folder, facts.clock));
  child.registerInstance(SERVER_CLOCK, new ServerClock(facts.clock));
  child.registerSingleton(SOURCE_GATE, SourceGate);
  child.registerSingleton(SCANNER, Scanner);
  child.registerSingleton(CARRY_OUT, CarryOut);
  const versions = { agent: facts.agentVersion, sdk: facts.sdkVersion };
  child.registerInstance(PLUGIN_HOST, await PluginHost.load(child, config.plugins, versions));
  return child;
}
