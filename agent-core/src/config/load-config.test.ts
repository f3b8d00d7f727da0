import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findConfigFile, loadConfig } from "./load-config.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-config-"));
  file = path.join(folder, "config.json");
});
const usual = () => ({ path: file, isNamed: false });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("without a file there are defaults", () => {
  expect(loadConfig(usual(), {}, {})).toMatchObject({
    plugins: [{ package: "redflag-plugin-apt" }],
    scanIntervalSeconds: 21_600,
    allowInsecureHttp: false,
    logLevel: "info",
  });
});

test("the environment wins over the file, and flags over both", () => {
  writeFileSync(
    file,
    JSON.stringify({ serverUrl: "https://a.example", scanIntervalSeconds: 600, logLevel: "warn" }),
  );
  const env = { REDFLAG_SERVER_URL: "https://b.example", REDFLAG_SCAN_INTERVAL_SECONDS: "900" };
  expect(loadConfig(usual(), env, { logLevel: "debug" })).toMatchObject({
    serverUrl: "https://b.example",
    scanIntervalSeconds: 900,
    logLevel: "debug",
  });
});

test("plugins are names or objects with a configuration", () => {
  const plugins = [
    "@acme/redflag-plugin-x",
    { package: "redflag-plugin-apt", config: { rootDir: "/srv/a" } },
  ];
  writeFileSync(file, JSON.stringify({ plugins }));
  expect(loadConfig(usual(), {}, {}).plugins).toEqual([
    { package: "@acme/redflag-plugin-x", config: undefined },
    { package: "redflag-plugin-apt", config: { rootDir: "/srv/a" } },
  ]);
});

test("an unknown setting is an error with a suggestion", () => {
  writeFileSync(
    file,
    JSON.stringify({ serverURL: "https://a.example", plugins: [{ package: "redflag-plugin-apt", cfg: 1 }] }),
  );
  expect(() => loadConfig(usual(), {}, {})).toThrow(
    /serverURL: there is no such setting; did you mean serverUrl\?/,
  );
});

test("every wrong value is named, and a secret is never printed", () => {
  writeFileSync(
    file,
    JSON.stringify({ serverUrl: "ftp://x", plugins: ["left-pad"], registrationToken: 12_345 }),
  );
  const load = () => loadConfig(usual(), { REDFLAG_SCAN_INTERVAL_SECONDS: "soon" }, {});
  expect(load).toThrow(/serverUrl: a web address/);
  expect(load).toThrow(/plugins\.0/);
  expect(load).toThrow(/scanIntervalSeconds/);
  expect(load).toThrow(/registrationToken: the value is not valid/);
  expect(load).not.toThrow(/12345|12_345/);
});

test("an address with a password is refused before it is shown or written anywhere", () => {
  const env = { REDFLAG_SERVER_URL: "https://me:s3cret@a.example" };
  const load = () => loadConfig(usual(), env, {});
  expect(load).toThrow(/serverUrl: the address holds a user name or password/);
  expect(load).not.toThrow(/s3cret/);
});

test("an unknown variable is an error with a suggestion", () => {
  const load = (env: Record<string, string>) => () => loadConfig(usual(), env, {});
  expect(load({ REDFLAG_LOG_LEVL: "debug" })).toThrow(
    "REDFLAG_LOG_LEVL is not a setting of the agent. Did you mean REDFLAG_LOG_LEVEL?",
  );
  expect(load({ REDFLAG_QUITE_ANOTHER_THING: "1" })).toThrow(/of the agent\. docs\/agent\.md/);
  const others = { REDFLAG_DATA_DIR: "/x", REDFLAG_TEST_CACHE: "1", REDFLAG_LOG_LEVL: "", SERVER_PORT: "1" };
  expect(load(others)).not.toThrow();
});

test("broken JSON is named with its file", () => {
  writeFileSync(file, "{ oops");
  expect(() => loadConfig(usual(), {}, {})).toThrow(/config\.json is not JSON/);
});

test("the file is where the seed says, unless AGENT_CONFIG_PATH says otherwise", () => {
  expect(findConfigFile("linux", {})).toEqual({ path: "/etc/aggregator/config.json", isNamed: false });
  expect(findConfigFile("win32", { ProgramData: "D:\\PD" }).path).toBe("D:\\PD\\RedFlag\\config.json");
  expect(findConfigFile("linux", { AGENT_CONFIG_PATH: "/x.json" })).toEqual({
    path: "/x.json",
    isNamed: true,
  });
});

test("a file that somebody named must be there", () => {
  expect(() => loadConfig({ path: file, isNamed: true }, {}, {})).toThrow(
    /config\.json cannot be read \(ENOENT\)\. AGENT_CONFIG_PATH names it/,
  );
  expect(() => loadConfig({ path: folder, isNamed: true }, {}, {})).toThrow(/EISDIR/);
});
