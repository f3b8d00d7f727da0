import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { keepAgentConfig } from "./agent-config.mjs";
import {
  agentConfigFile,
  agentGrace,
  agentSettings,
  defaultDataDir,
  isRegistered,
  readSettings,
  serverSettings,
} from "./settings.mjs";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), "redflag-settings-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const ready = { type: "ready", url: "http://127.0.0.1:8080" } as const;

test.each([
  ["root", 0, {}, "/var/lib/redflag"],
  ["a user", 1000, {}, "/home/ada/.local/share/redflag"],
  ["a user with XDG", 1000, { XDG_DATA_HOME: "/srv/ada" }, "/srv/ada/redflag"],
  ["Windows, which has no ids", undefined, {}, "/home/ada/.local/share/redflag"],
])("the data folder of %s", (_name, uid, env, expected) => {
  expect(defaultDataDir(env, { uid, home: "/home/ada" })).toBe(expected);
});

test("REDFLAG_DATA_DIR wins and becomes absolute", () => {
  expect(readSettings("/srv/checkout", { REDFLAG_DATA_DIR: "data" }).dataDir).toBe(path.resolve("data"));
});

test("the server is asked for a seat only while the agent holds no credentials", () => {
  const settings = { root: "/srv/checkout", dataDir };
  expect(serverSettings(settings, {}).env).toEqual({ REDFLAG_DATA_DIR: dataDir, REDFLAG_LOCAL_AGENT: "1" });
  mkdirSync(path.join(dataDir, "agent"));
  writeFileSync(path.join(dataDir, "agent/credentials.json"), "{}");
  expect(isRegistered(dataDir)).toBe(true);
  expect(serverSettings(settings, {}).env).toEqual({ REDFLAG_DATA_DIR: dataDir });
});

test("the server does not see what is meant for an agent", () => {
  const env = { PATH: "/usr/bin", REDFLAG_SERVER_URL: "http://elsewhere.example", SERVER_PORT: "9000" };
  const server = serverSettings({ root: "/srv/checkout", dataDir }, env);
  expect(server.env).toEqual({
    PATH: "/usr/bin",
    SERVER_PORT: "9000",
    REDFLAG_DATA_DIR: dataDir,
    REDFLAG_LOCAL_AGENT: "1",
  });
});

test("the agent gets its folder and its seat, and never the database's address", () => {
  const env = {
    DATABASE_URL: "postgres://secret@db/redflag",
    PATH: "/usr/bin",
    SERVER_PORT: "9000",
    REDFLAG_SCAN_SECONDS: "60",
    REDFLAG_KEEP_SCAN_DAYS: "30",
    REDFLAG_CA_FILE: "/etc/ca.pem",
    REDFLAG_LOG_LEVEL: "trace",
    REDFLAG_AGENT_STAT_DIR: "/misspelt",
  };
  const agent = agentSettings({ root: "/srv/checkout", dataDir }, env, {
    ...ready,
    registrationToken: "reg-secret",
  });
  expect(agent.argv).toEqual(["/srv/checkout/agent-core/dist/main.js", "run"]);
  expect(agent.env).toEqual({
    PATH: "/usr/bin",
    REDFLAG_CA_FILE: "/etc/ca.pem",
    REDFLAG_LOG_LEVEL: "debug",
    REDFLAG_AGENT_STAT_DIR: "/misspelt",
    REDFLAG_SERVER_URL: "http://127.0.0.1:8080",
    REDFLAG_REGISTRATION_TOKEN: "reg-secret",
    AGENT_CONFIG_PATH: path.join(dataDir, "agent/config.json"),
    REDFLAG_AGENT_STATE_DIR: path.join(dataDir, "agent"),
  });
});

test("the agent's configuration file is made once, for its user alone, and then left alone", () => {
  const file = agentConfigFile(dataDir);
  keepAgentConfig(file);
  expect(readFileSync(file, "utf8")).toBe("{}\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  writeFileSync(file, '{ "logLevel": "debug" }');
  keepAgentConfig(file);
  expect(readFileSync(file, "utf8")).toContain("debug");
});

test("the agent is given longer to stop than it allows itself", () => {
  expect(agentGrace({})).toBe(90_000);
  expect(agentGrace({ REDFLAG_STOP_TIMEOUT_SECONDS: "600" })).toBe(630_000);
  expect(agentGrace({ REDFLAG_STOP_TIMEOUT_SECONDS: "soon" })).toBe(90_000);
});
