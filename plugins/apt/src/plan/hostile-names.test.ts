import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  HAS_APT_WORLD,
  installPlan,
  needsAptWorld,
  openAptWorld,
  planPackages,
  type AptWorld,
} from "../testing/apt-world.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { plan } from "./plan.js";
import { resolveTransaction } from "./resolve.js";

const FLAGS = ["-oAPT::Update::Pre-Invoke::=sh", "--config-file=/tmp/x", "-y", "--", "-"];
const APT_SYNTAX = [
  "toy-app/stable",
  "toy-app=1.2",
  "toy-app:amd64:amd64",
  "toy-app*",
  "^toy",
  "?name(toy-app)",
  "~ntoy-app",
  "toy-app^",
  "./toy.deb",
  "/tmp/toy.deb",
];
/** dpkg accepts these, but apt takes them for a pattern or for another package. */
const AMBIGUOUS = ["toy-app-", "toy-app+", "toy-ap.", "toy-app:any", "toy-app:native", "toy-a+pp"];
const METACHARACTERS = [
  "toy-app;touch CANARY",
  "toy-app\ntoy-victim",
  "toy-app\ttoy-victim",
  "toy-app\0",
  "$(touch CANARY)",
  "`touch CANARY`",
  "'toy-app'",
  '"toy-app"',
  "toy-app|sh",
  "toy-app &",
  "%COMSPEC%",
  "toy-app ",
  " toy-app",
  "",
  "töy-app",
  "toy-app\u001b]52;c;\u0007",
];

describe.skipIf(!HAS_APT_WORLD)(needsAptWorld("apt and hostile names"), { timeout: 60_000 }, () => {
  let world: AptWorld;
  let context: TestContext;
  let rootDir: string;
  beforeAll(async () => {
    world = await openAptWorld();
    const fresh = await world.freshRoot();
    context = fresh.context;
    rootDir = fresh.root.dir;
    context.run.step = "plan";
  }, 60_000);
  afterAll(() => world.close());

  /** Resolves a wish as if the package were installed, so that nothing but grammar and comparison protects it. */
  const resolved = async (key: string, candidate: string): Promise<{ code: string; started: string[] }> => {
    const before = context.run.ran.length;
    const wish = { key, candidate, isNew: false };
    const { code } = await refusalOf(resolveTransaction(context, [wish], false, makeCall()));
    expect(existsSync(path.join(rootDir, "CANARY")) || existsSync("/CANARY")).toBe(false);
    return { code, started: context.run.ran.slice(before).map(({ rule }) => rule) };
  };

  test.each(FLAGS)("B1 a name like a flag never reaches apt: %j", async (name) => {
    expect(await resolved(name, "1.2")).toEqual({ code: "UNSUPPORTED", started: [] });
  });

  test.each(APT_SYNTAX)("B2 a name with a meaning for apt never reaches it: %j", async (name) => {
    expect(await resolved(name, "1.2")).toEqual({ code: "UNSUPPORTED", started: [] });
  });

  test.each(AMBIGUOUS)("B2 a valid name that apt reads otherwise resolves to nothing: %j", async (name) => {
    expect((await resolved(name, "1.2")).code).toBe("PLAN_STALE");
  });

  test.each(METACHARACTERS)("B4 a name with metacharacters never reaches apt: %j", async (name) => {
    expect(await resolved(name, "1.2")).toEqual({ code: "UNSUPPORTED", started: [] });
  });

  test.each(["1.2-", "1.2+", "1.2*", "1.2/stable", "1.2 toy-victim-", "-1.2", "1.2\n", "$(id)", "", "1.2:"])(
    "B2 B4 a version with a meaning for apt never reaches it: %j",
    async (version) => {
      expect(await resolved("toy-app", version)).toEqual({ code: "UNSUPPORTED", started: [] });
    },
  );

  test("B1 B2 a hostile wish beside a good one cannot be planned", async () => {
    for (const key of [...FLAGS, ...APT_SYNTAX]) {
      const items = [
        { key: "toy-native", candidate: "1:1.0-1+deb12u1" },
        { key, candidate: "1.2" },
      ];
      expect((await refusalOf(plan(context, { items }, makeCall()))).code).toBe("PLAN_STALE");
    }
  });

  test("B2 a plan that was tampered with on its way cannot name anything else", async () => {
    const approved = await planPackages(context, ["toy-native"]);
    const tampered = {
      ...approved,
      items: [{ ...approved.items[0]!, key: "toy-victim-", name: "toy-victim-" }],
    };
    expect(await refusalOf(installPlan(context, tampered))).toMatchObject({ code: "PLAN_STALE" });
    expect(context.run.ran.map(({ rule }) => rule)).not.toContain("install");
  });
});
