import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { GraphqlScript } from "./harness/graphql-script.js";
import { freshAgent } from "./harness/script/agents.js";
import { endOf } from "./harness/script/commands.js";
import { install, planOf } from "./harness/script/plans.js";
import { askNotes, toldOf } from "./harness/script/release-notes.js";
import { approve, updatesOf } from "./harness/script/updates.js";
import { whyNoWholeSystem, WholeSystem } from "./harness/whole-system.js";
import { addPackages, publishSuite } from "./worlds/apt-repository.js";
import { TOY_SUITES } from "./worlds/apt-toy-packages.js";
import { named } from "./worlds/missing-parts.js";

const DATABASE = "embedded database";
const missing = whyNoWholeSystem(DATABASE);

const entry = (version: string, text: string): string =>
  `toy-app (${version}) stable; urgency=medium\n\n  * ${text}\n\n -- Toy <toy@example.invalid>  Thu, 01 Jan 2026 00:00:00 +0000\n\n`;
const CHANGELOG = [
  entry("1.2", "Fix \u001b]52;c;eA==\u0007 CVE-2026-1234. <script>alert(1)</script>"),
  entry("1.1", "Fix DSA-5999-1."),
  entry("1.0", "Fix CVE-2020-0001."),
].join("");

/** Two of one source, one of which is held, and one that a pin takes back. */
const MORE = ["1.0", "2.0"].flatMap((version) => [
  { name: "toy-server", version, source: "toy-suite" },
  { name: "toy-server-held", version, source: "toy-suite" },
  { name: "toy-back", version },
]);

describe.skipIf(missing)(named("What people are told before they approve", missing), () => {
  let system: WholeSystem;
  let script: GraphqlScript;
  let agent: string;

  const idOf = async (name: string): Promise<string> => {
    const update = (await updatesOf(script, agent)).find((candidate) => candidate.name === name);
    if (!update) throw new Error(`${name} is not pending.`);
    return update.id;
  };

  beforeAll(async () => {
    system = await WholeSystem.boot(DATABASE, "debian-told");
    const { machine } = system;
    const { archive, repository } = machine;
    await addPackages(repository, MORE);
    const Changelogs = `${archive.url}/changelogs/@CHANGEPATH@_changelog`;
    for (const suite of TOY_SUITES) await publishSuite(repository, suite, { Changelogs });
    archive.intercept = (pathname, response) => {
      if (!pathname.startsWith("/changelogs/") || !pathname.includes("toy-app")) return false;
      response.writeHead(200).end(CHANGELOG);
      return true;
    };
    await machine.mustRun(["apt-get", "update"]);
    await machine.mustRun([
      "apt-get",
      "install",
      "-y",
      "toy-server=1.0",
      "toy-server-held=1.0",
      "toy-back=2.0",
    ]);
    await machine.mustRun(["apt-mark", "hold", "toy-server-held"]);
    machine.root.write(
      "/etc/apt/preferences.d/toy-back",
      "Package: toy-back\nPin: version 1.0\nPin-Priority: 1001\n",
    );
    script = await system.scriptOfFirstAdmin();
    system.startAgent();
    agent = (await freshAgent(script, "debian-told")).id;
  });

  afterAll(async () => {
    await system?.[Symbol.asyncDispose]();
  });

  test("an update that the machine's own upgrade keeps back says why; what is phased is a remark", async () => {
    const { keptBackReason } = await toldOf(script, await idOf("toy-kept"));
    expect(keptBackReason).toBe("A plain upgrade leaves it out, because it installs toy-newdep.");
    expect((await toldOf(script, await idOf("toy-app"))).keptBackReason).toBeNull();
    const { scans } = await script.run<{ scans: { nodes: { warnings: unknown[] }[] } }>(
      "{ scans(first: 1) { nodes { warnings { code message key } } } }",
    );
    expect(scans.nodes[0]?.warnings).toContainEqual({
      code: "PHASED",
      key: "toy-phased",
      message: expect.stringContaining("0 % of all machines"),
    });
  });

  test("B5 release notes are read before the approval, with everything in them inert, and kept", async () => {
    const id = await idOf("toy-app");
    expect(await toldOf(script, id)).toMatchObject({ releaseNotes: null, advisories: [] });
    expect(await askNotes(script, [id])).toMatchObject({ known: [], ends: [{ state: "SUCCEEDED" }] });
    const { advisories, releaseNotes } = await toldOf(script, id);
    expect(advisories).toEqual(["CVE-2026-1234", "DSA-5999-1"]);
    expect(releaseNotes?.text).toContain("toy-app (1.1) stable; urgency=medium\n\n  * Fix DSA-5999-1.");
    expect(releaseNotes?.text).toContain("<script>alert(1)</script>");
    expect(releaseNotes?.text).not.toContain("\u001b");
    expect(releaseNotes?.text).not.toContain("toy-app (1.0)");
    const asked = () =>
      system.machine.archive.requests.filter((path) => path.includes("toy-app_1.2_changelog"));
    const before = asked().length;
    expect(await askNotes(script, [id])).toEqual({ known: [id], ends: [] });
    expect(asked()).toHaveLength(before);
  });

  test("notes that the archive does not have are told as missing", async () => {
    const { ends } = await askNotes(script, [await idOf("toy-slow")]);
    expect(ends).toMatchObject([{ state: "FAILED", failure: { code: "UNSUPPORTED" } }]);
  });

  test("a plan names what stays, and why", async () => {
    const plan = await planOf(script, [await idOf("toy-server")]);
    expect(plan.alsoKept).toEqual([
      { name: "toy-server-held", installedVersion: "1.0", reason: "It is held by apt-mark hold." },
    ]);
  });

  test("what goes back to an older version is marked in the plan, and not installed", async () => {
    const id = await idOf("toy-back");
    const plan = await planOf(script, [id]);
    expect(plan).toMatchObject({
      items: [{ name: "toy-back", fromVersion: "2.0", toVersion: "1.0", isDowngrade: true }],
      blockers: [{ code: "DOWNGRADE" }],
    });
    await approve(script, [id]);
    await expect(install(script, plan.id)).rejects.toThrow("DOWNGRADE");
    expect(await system.machine.installedVersion("toy-back")).toBe("2.0");
  });

  test("an install says why the machine has to restart", async () => {
    const id = await idOf("toy-reboot");
    const plan = await planOf(script, [id]);
    await approve(script, [id]);
    const command = await endOf(script, await install(script, plan.id));
    expect(command).toMatchObject({ state: "SUCCEEDED", restart: "SYSTEM" });
    expect(command.restartReasons).toContain("toy-reboot asked for a restart of the machine.");
  });
});
