import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { publishSuite } from "../../../../e2e/worlds/apt-repository.js";
import { serveAptRepository, type AptServer } from "../../../../e2e/worlds/apt-server.js";
import { TOY_SUITES } from "../../../../e2e/worlds/apt-toy-packages.js";
import { newerEntries } from "../parse/parse-changelog.js";
import { scan } from "../scan/scan.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "../testing/apt-world.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";
import { releaseNotes } from "./release-notes.js";

const entry = (version: string, text: string): string =>
  `toy-app (${version}) stable; urgency=medium\n\n  * ${text}\n\n -- Toy <toy@example.invalid>  Thu, 01 Jan 2026 00:00:00 +0000\n\n`;
const CHANGELOG = [
  entry("1.2", "Fix CVE-2026-1234 and CVE-2026-0002 (CVE-2026-1234, DSA-5999-1)."),
  entry("1.1", "Fix \u001b]52;c;eA==\u0007 CVE-2025-99999."),
  entry("1.0", "Fix CVE-2020-0001."),
].join("");

test("only what is newer than the installed version is taken, and its ids once each", () => {
  const excerpt = newerEntries(CHANGELOG, "1.0");
  expect(excerpt.advisories).toEqual(["CVE-2026-1234", "CVE-2026-0002", "DSA-5999-1", "CVE-2025-99999"]);
  expect(excerpt.text).toContain("toy-app (1.1)");
  expect(excerpt.text).not.toContain("toy-app (1.0)");
  expect(newerEntries(CHANGELOG, "1.1").advisories).toHaveLength(3);
  expect(newerEntries(CHANGELOG, null).text).not.toContain("toy-app (1.1)");
  expect(newerEntries(CHANGELOG, "0.5").advisories).toContain("CVE-2020-0001");
  expect(newerEntries(CHANGELOG, "9")).toEqual({ text: "", advisories: [] });
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void newerEntries(text, "1.0")));
});

describe.skipIf(!HAS_APT_WORLD)(needsAptWorld("release notes from the archive"), { timeout: 60_000 }, () => {
  let world: AptWorld;
  let server: AptServer;
  let context: TestContext;
  let answer: { status: number; body: string };
  beforeAll(async () => {
    world = await openAptWorld(async (repository) => {
      server = await serveAptRepository(repository);
      const Changelogs = `${server.url}/changelogs/@CHANGEPATH@_changelog`;
      for (const suite of TOY_SUITES) await publishSuite(repository, suite, { Changelogs });
      server.intercept = (pathname, response) => {
        if (!pathname.startsWith("/changelogs/")) return false;
        response.writeHead(answer.status).end(answer.body);
        return true;
      };
      return server.url;
    });
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await world.close();
  });
  beforeEach(async () => {
    ({ context } = await world.freshRoot());
    context.run.step = "plan";
    answer = { status: 200, body: CHANGELOG };
  });

  const APP = { key: "toy-app", candidate: "1.2" };
  const asked = () => context.run.ran.filter(({ rule }) => rule === "show-changelog").length;

  test("they are fetched once, kept, and their ids stand in the next scan", async () => {
    const notes = await releaseNotes(context, APP, makeCall());
    expect(notes).toMatchObject({
      isTruncated: false,
      advisories: expect.arrayContaining(["CVE-2026-1234"]),
    });
    answer = { status: 500, body: "" };
    expect(await releaseNotes(context, APP, makeCall())).toEqual(notes);
    expect(asked()).toBe(1);
    context.run.step = "scan";
    const { items } = await scan(context, { refresh: false }, makeCall());
    expect(items.find(({ key }) => key === "toy-app")?.advisories).toEqual(notes.advisories);
    expect(items.filter(({ advisories }) => advisories.length > 0)).toHaveLength(1);
  });

  test("they are bounded, each and together", async () => {
    answer.body = `${entry("1.2", "x".repeat(50_000))}${CHANGELOG}`;
    const notes = await releaseNotes(context, APP, makeCall());
    expect(notes.isTruncated).toBe(true);
    expect(notes.text).toHaveLength(16_000);
    expect(notes.advisories).toContain("CVE-2025-99999");
    for (const candidate of ["1.0.1", "1.0.2"]) {
      await releaseNotes(context, { key: "toy-lib", candidate }, makeCall());
    }
    expect(await context.state.get("release-notes")).toHaveLength(3);
  });

  test("an archive without them: UNSUPPORTED; one that does not answer: nothing is kept", async () => {
    answer = { status: 404, body: "" };
    expect(await refusalOf(releaseNotes(context, APP, makeCall()))).toMatchObject({ code: "UNSUPPORTED" });
    expect(
      await refusalOf(releaseNotes(context, { key: "toy-app", candidate: "9.9" }, makeCall())),
    ).toMatchObject({ code: "PLAN_STALE" });
    expect(
      await refusalOf(releaseNotes(context, { key: "-oX=y", candidate: "9.9" }, makeCall())),
    ).toMatchObject({ code: "UNSUPPORTED" });
    answer = { status: 200, body: CHANGELOG };
    expect((await releaseNotes(context, APP, makeCall())).text).toContain("toy-app (1.2)");
  });
});
