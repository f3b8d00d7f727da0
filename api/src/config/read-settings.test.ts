import { expect, test } from "vitest";
import { readSettings, SettingsError } from "./read-settings.js";

const root = { uid: 0, home: "/root" };
const alice = { uid: 1000, home: "/home/alice" };

test("nothing set gives the defaults", () => {
  expect(readSettings({}, root)).toMatchObject({
    SERVER_HOST: "127.0.0.1",
    SERVER_PORT: 8080,
    SERVER_TRUST_PROXY: [],
    REDFLAG_DATA_DIR: "/var/lib/redflag",
    REDFLAG_LOCAL_AGENT: false,
  });
  expect(readSettings({}, alice).REDFLAG_DATA_DIR).toBe("/home/alice/.local/share/redflag");
  expect(readSettings({ XDG_DATA_HOME: "/data" }, alice).REDFLAG_DATA_DIR).toBe("/data/redflag");
});

test("what is set is read, and empty counts as not set", () => {
  const environment = { SERVER_PORT: "0", SERVER_TRUST_PROXY: "127.0.0.1, 10.0.0.0/8", REDFLAG_DATA_DIR: "" };
  const settings = readSettings({ ...environment, PATH: "/bin" }, root);
  expect(settings.SERVER_PORT).toBe(0);
  expect(settings.SERVER_TRUST_PROXY).toEqual(["127.0.0.1", "10.0.0.0/8"]);
  expect(settings.REDFLAG_DATA_DIR).toBe("/var/lib/redflag");
});

test("the agent's and the tests' own variables are left alone", () => {
  const environment = {
    REDFLAG_AGENT_STATE_DIR: "/x",
    REDFLAG_SERVER_URL: "http://x",
    REDFLAG_TEST_CACHE: "1",
  };
  expect(() => readSettings(environment, root)).not.toThrow();
});

test("an unknown variable is refused with a suggestion", () => {
  const read = (): unknown => readSettings({ REDFLAG_DATADIR: "/x" }, root);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow("REDFLAG_DATADIR is not a setting. Did you mean REDFLAG_DATA_DIR?");
  expect(() => readSettings({ SERVER_QUITE_UNKNOWN_THING: "1" }, root)).not.toThrow("Did you mean");
});

test("a wrong value is refused by name, value and rule", () => {
  expect(() => readSettings({ SERVER_PORT: "eighty" }, root)).toThrow(
    'SERVER_PORT is "eighty", but a whole number is needed.',
  );
  expect(() => readSettings({ SERVER_PORT: "70000" }, root)).toThrow("the largest port is 65535");
  expect(() => readSettings({ REDFLAG_CHECK_IN_SECONDS: "1" }, root)).toThrow("at least 5 seconds");
  expect(() => readSettings({ SERVER_TRUST_PROXY: "10.0.0.0/33" }, root)).toThrow("addresses or ranges");
  expect(() => readSettings({ SERVER_TRUST_PROXY: "proxy.example" }, root)).toThrow("addresses or ranges");
});
