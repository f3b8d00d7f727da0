import { buildEnvironment } from "../exec/environment.js";
import { DEFAULT_LIMITS } from "../exec/limits.js";
import { runSurviving } from "../exec/run-surviving.js";

/** Run by a test as a process of its own: starts a commit and follows it until it is killed. */
const [script, folder] = process.argv.slice(2);
if (script === undefined || folder === undefined) throw new Error("usage: start-surviving <script> <folder>");
const events = runSurviving(
  {
    file: "/bin/sh",
    argv: ["-c", script],
    env: buildEnvironment("/nonexistent", {}),
    hasStatusFd: false,
    signal: new AbortController().signal,
    limits: DEFAULT_LIMITS,
  },
  folder,
);
for (let next = await events.next(); !next.done; next = await events.next());
