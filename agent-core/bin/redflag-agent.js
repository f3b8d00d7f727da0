#!/usr/bin/env node
// npm links a command only to a file that exists while it installs, which is before anything is built.
import { existsSync } from "node:fs";

const OLDEST_NODE = 24;
const WRONG_SETTING = 78;

const built = new URL("../dist/main.js", import.meta.url);
const version = process.versions.node;

if (Number.parseInt(version, 10) < OLDEST_NODE) {
  process.stderr.write(
    `redflag-agent needs Node ${OLDEST_NODE} or later, and this is ${version}. In the checkout, \`npx redflag-agent\` uses the one of the packages.\n`,
  );
  process.exitCode = WRONG_SETTING;
} else if (!existsSync(built)) {
  process.stderr.write("redflag-agent is not built yet. Run `npm start` once in the checkout.\n");
  process.exitCode = WRONG_SETTING;
} else {
  await import(built.href);
}
