import path from "node:path";

import { keepAgentConfig } from "./agent-config.mjs";
import { agentConfigFile, agentGrace, agentSettings, readSettings, serverSettings } from "./settings.mjs";
import { PATIENCE, supervise } from "./supervise.mjs";

// A closed terminal or pipe must not stop the orderly end that its signal has begun.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const root = path.resolve(import.meta.dirname, "../..");
const settings = readSettings(root, process.env);

process.exitCode = await supervise({
  server: () => serverSettings(settings, process.env),
  agent: (ready) => {
    keepAgentConfig(agentConfigFile(settings.dataDir));
    return agentSettings(settings, process.env, ready);
  },
  dataDir: settings.dataDir,
  patience: { ...PATIENCE, agentGrace: agentGrace(process.env) },
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
