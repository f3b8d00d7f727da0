// Runs the real supervisor over two fake children, with short patience. argv: dataDir, server's and agent's behaviour, grace in ms.
import path from "node:path";

import { supervise } from "../supervise.mjs";

const [dataDir = "", serverBehaviour = "", agentBehaviour = "", grace = "300"] = process.argv.slice(2);
const script = path.join(import.meta.dirname, "fake-child.mjs");
const log = path.join(dataDir, "events");

process.exitCode = await supervise({
  server: () => ({ name: "server", argv: [script, "server", serverBehaviour, log], env: process.env }),
  agent: (ready) => ({
    name: "agent",
    argv: [script, "agent", agentBehaviour, log],
    env: { ...process.env, REDFLAG_REGISTRATION_TOKEN: ready.registrationToken },
  }),
  dataDir,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
  patience: {
    agentGrace: Number(grace),
    serverGrace: Number(grace),
    insistAfter: 200,
    sayAfter: 50,
    readyWithin: 1_000,
    firstPause: 20,
    longestPause: 80,
    healthyAfter: 60_000,
  },
});
