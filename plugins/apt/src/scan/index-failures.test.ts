import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { publishSuite } from "../../../../e2e/worlds/apt-repository.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "../testing/apt-world.js";
import { holdLock } from "../testing/hold-lock.js";
import { makeCall, type TestContext } from "../testing/test-context.js";
import { scan } from "./scan.js";

describe.skipIf(!HAS_APT_WORLD)(
  needsAptWorld("S5 apt never calls a gap up to date"),
  { timeout: 60_000 },
  () => {
    let world: AptWorld;
    let root: FakeRoot;
    let context: TestContext;
    beforeAll(async () => {
      world = await openAptWorld();
    }, 60_000);
    afterAll(() => world.close());

    const open = async (): Promise<void> => {
      ({ root, context } = await world.freshRoot());
      context.run.step = "scan";
    };
    const scanWith = (refresh: boolean) => scan(context, { refresh }, makeCall());
    const addSource = async (line: string): Promise<void> => {
      await writeFile(path.join(root.dir, "etc/apt/sources.list.d/more.list"), `${line}\n`);
    };

    test("an unreachable source makes the report partial, also for the next scan without refresh", async () => {
      await open();
      await addSource("deb http://127.0.0.1:9/debian stable main");
      const report = await scanWith(true);
      expect(report).toMatchObject({ complete: false, incomplete: { code: "OFFLINE" } });
      expect(report.incomplete?.message).toContain("127.0.0.1");
      expect(report.items.length).toBeGreaterThan(8);
      expect(await scanWith(false)).toMatchObject({ complete: false, incomplete: { code: "OFFLINE" } });
      await rm(path.join(root.dir, "etc/apt/sources.list.d/more.list"));
      expect(await scanWith(true)).toMatchObject({ complete: true });
      expect(await scanWith(false)).toMatchObject({ complete: true });
    });

    test("a source that was never fetched makes the report partial", async () => {
      await open();
      await addSource("deb http://127.0.0.1:9/debian stable main");
      const report = await scanWith(false);
      expect(report).toMatchObject({ complete: false, incomplete: { code: "OFFLINE" } });
      expect(report.incomplete?.message).toContain("1 of 3 sources was never fetched");
    });

    test("a tampered archive makes the report partial and is named untrusted", async () => {
      await open();
      const copy = path.join(root.dir, "tampered");
      await runTool("cp", ["-a", world.repository.dir, copy]);
      const release = path.join(copy, "dists/stable-security/InRelease");
      await writeFile(release, (await readFile(release, "utf8")).replace("Toy-Security", "Toy-Securitx"));
      const sources = path.join(root.dir, "etc/apt/sources.list");
      await writeFile(sources, (await readFile(sources, "utf8")).replaceAll(world.repository.dir, copy));
      const report = await scanWith(true);
      expect(report).toMatchObject({ complete: false, incomplete: { code: "UNTRUSTED_SOURCE" } });
      expect(report.incomplete?.message).toContain("BADSIG");
    });

    test("a machine without sources knows nothing", async () => {
      await open();
      await writeFile(path.join(root.dir, "etc/apt/sources.list"), "");
      expect(await scanWith(true)).toMatchObject({
        items: [],
        complete: false,
        incomplete: { code: "UNSUPPORTED" },
      });
    });

    test("a source of an unknown key or without a signature makes the report partial and is named untrusted", async () => {
      await open();
      const key = world.repository.keyFile;
      await writeFile(path.join(root.dir, "other.gpg"), "");
      const sources = path.join(root.dir, "etc/apt/sources.list");
      const text = await readFile(sources, "utf8");
      await writeFile(sources, text.replaceAll(key, path.join(root.dir, "other.gpg")));
      expect(await scanWith(true)).toMatchObject({
        complete: false,
        incomplete: { code: "UNTRUSTED_SOURCE" },
      });
      const bare = path.join(root.dir, "bare");
      await runTool("cp", ["-a", world.repository.dir, bare]);
      for (const name of ["InRelease", "Release.gpg"]) await rm(path.join(bare, "dists/stable", name));
      await writeFile(sources, text.replaceAll(`file:${world.repository.dir}`, `file:${bare}`));
      const report = await scanWith(true);
      expect(report).toMatchObject({ complete: false, incomplete: { code: "UNTRUSTED_SOURCE" } });
      expect(report.incomplete?.message).toContain("is not signed");
      await writeFile(sources, text);
      expect(await scanWith(true)).toMatchObject({ complete: true });
    });

    test("an index past its date makes the report partial and is named untrusted", async () => {
      await open();
      const copy = path.join(root.dir, "expired");
      await runTool("cp", ["-a", world.repository.dir, copy]);
      await publishSuite({ ...world.repository, dir: copy }, "stable-security", {
        Date: "Thu, 01 Jan 2026 00:00:00 UTC",
        "Valid-Until": "Fri, 02 Jan 2026 00:00:00 UTC",
      });
      const sources = path.join(root.dir, "etc/apt/sources.list");
      await writeFile(sources, (await readFile(sources, "utf8")).replaceAll(world.repository.dir, copy));
      const report = await scanWith(true);
      expect(report).toMatchObject({ complete: false, incomplete: { code: "UNTRUSTED_SOURCE" } });
      expect(report.incomplete?.message).toContain("is expired");
    });

    test("B11 the lists are locked by somebody: waited for, then LOCKED, and the report is partial", async () => {
      await open();
      const pauses: number[] = [];
      const lock = await holdLock(path.join(root.dir, "var/lib/apt/lists/lock"));
      const waiting = {
        ...context,
        clock: { ...context.clock, sleep: async (ms: number) => void pauses.push(ms) },
      };
      const report = await scan(waiting, { refresh: true }, makeCall());
      await lock.release();
      expect(report).toMatchObject({ complete: false, incomplete: { code: "LOCKED" } });
      expect(pauses).toEqual([5000, 5000, 5000, 5000, 5000, 5000]);
      const again = await holdLock(path.join(root.dir, "var/lib/apt/lists/lock"));
      const releasing = { ...context, clock: { ...context.clock, sleep: () => again.release() } };
      expect(await scan(releasing, { refresh: true }, makeCall())).toMatchObject({ complete: true });
    });

    test("an interrupted dpkg is a warning", async () => {
      await open();
      await writeFile(path.join(root.dir, "var/lib/dpkg/updates/0001"), "");
      expect((await scanWith(false)).warnings).toContainEqual(
        expect.objectContaining({ code: "DPKG_INTERRUPTED" }),
      );
    });

    test("an old index is told with its age", async () => {
      await open();
      const later = { ...context, clock: { ...context.clock, now: () => Date.now() + 30 * 86_400_000 } };
      const report = await scan(later, { refresh: false }, makeCall());
      expect(report.indexAgeSeconds).toBeGreaterThan(29 * 86_400);
      expect(report.warnings).toContainEqual(expect.objectContaining({ code: "INDEX_OLD" }));
    });

    test("a broken dependency fails the scan with apt's own words", async () => {
      await open();
      const status = path.join(root.dir, "var/lib/dpkg/status");
      const text = await readFile(status, "utf8");
      await writeFile(status, text.replace("Depends: toy-lib (>= 1.0)", "Depends: toy-lib (>= 9)"));
      await expect(scanWith(false)).rejects.toMatchObject({
        name: "PluginError",
        code: "COMMAND_FAILED",
        message: expect.stringContaining("Unmet dependencies"),
      });
    });

    test("a half-configured package is a warning", async () => {
      await open();
      const status = path.join(root.dir, "var/lib/dpkg/status");
      const text = await readFile(status, "utf8");
      const broken = text.replace(/(Package: toy-lib\nStatus: install ok )installed/, "$1half-configured");
      expect(broken).not.toBe(text);
      await writeFile(status, broken);
      const report = await scanWith(false);
      expect(report.warnings).toContainEqual(
        expect.objectContaining({ code: "NOT_CONFIGURED", key: "toy-lib" }),
      );
    });
  },
);
