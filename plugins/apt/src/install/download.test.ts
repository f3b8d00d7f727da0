import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { serveAptRepository, type AptServer } from "../../../../e2e/worlds/apt-server.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";
import { scan } from "../scan/scan.js";
import {
  HAS_APT_WORLD,
  installPlan,
  needsAptWorld,
  openAptWorld,
  planPackages,
  type AptWorld,
} from "../testing/apt-world.js";
import { makeCall, refusalOf, type TestContext } from "../testing/test-context.js";

describe.skipIf(!HAS_APT_WORLD)(
  needsAptWorld("apt from an archive on the network"),
  { timeout: 60_000 },
  () => {
    let world: AptWorld;
    let server: AptServer;
    beforeAll(async () => {
      world = await openAptWorld(async (repository) => {
        server = await serveAptRepository(repository);
        return server.url;
      });
    }, 60_000);
    afterEach(() => {
      server.intercept = () => false;
    });
    afterAll(async () => {
      await server.close();
      await world.close();
    });

    const dpkgStatus = (root: FakeRoot) => readFile(path.join(root.dir, "var/lib/dpkg/status"), "utf8");
    const ranInstall = (context: TestContext) => context.run.ran.some(({ rule }) => rule === "install");

    test("the plan knows the size, the download comes before the commit, with progress of its own", async () => {
      const { root, context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-app"]);
      const sizes = [...approved.items, ...approved.alsoInstalls].map(({ sizeBytes }) => sizeBytes ?? 0);
      expect(approved.downloadBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
      const { events, receipt } = await installPlan(context, approved);
      expect(receipt.outcome).toBe("succeeded");
      const commit = events.findIndex((event) => event.type === "phase" && event.phase === "commit");
      const before = events
        .slice(0, commit)
        .flatMap((event) => (event.type === "progress" ? [event.percent] : []));
      expect(Math.max(...before)).toBeGreaterThan(0);
      expect(Math.max(...before)).toBeLessThanOrEqual(40);
      expect(events.some((event) => event.type === "progress" && event.key === "toy-app")).toBe(true);
      expect(await readdir(path.join(root.dir, "var/cache/apt/archives"))).toContain("toy-app_1.2_all.deb");
    });

    test("what is fetched to be kept counts as download, and is fetched before the commit", async () => {
      const { root, context } = await world.freshRoot();
      const fromCache = await planPackages(context, ["toy-native"]);
      await runTool("apt-get", ["clean"], { env: root.env });
      const approved = await planPackages(context, ["toy-native"]);
      const fileName = `toy-native_1.0-1_${world.repository.arch}.deb`;
      const old = await stat(path.join(world.repository.dir, "pool/stable", fileName));
      expect(approved.downloadBytes).toBe((fromCache.downloadBytes ?? 0) + old.size);
      expect(approved.reversibility?.level).toBe("reversible");
      server.intercept = (pathname, response) => {
        const isOld = pathname.endsWith(fileName);
        if (isOld) response.destroy();
        return isOld;
      };
      const before = await dpkgStatus(root);
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({
        code: "OFFLINE",
        retryable: true,
        message: expect.stringContaining("so nothing was installed"),
      });
      expect(await dpkgStatus(root)).toBe(before);
      expect(ranInstall(context)).toBe(false);
      server.intercept = () => false;
      expect((await installPlan(context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("I4 a cancellation in the middle of the download changes nothing, and the plan still works", async () => {
      const { root, context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-native"]);
      const before = await dpkgStatus(root);
      const abort = new AbortController();
      server.intercept = (pathname) => {
        if (!pathname.endsWith(".deb")) return false;
        abort.abort();
        return true;
      };
      expect(await refusalOf(installPlan(context, approved, abort.signal))).toMatchObject({
        code: "CANCELLED",
      });
      expect(await dpkgStatus(root)).toBe(before);
      expect(ranInstall(context)).toBe(false);
      server.intercept = () => false;
      expect((await installPlan(context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("a file that the archive no longer has: PLAN_STALE, nothing changed", async () => {
      const { root, context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-native"]);
      const before = await dpkgStatus(root);
      server.intercept = (pathname, response) => {
        if (pathname.endsWith(".deb")) response.writeHead(404).end();
        return pathname.endsWith(".deb");
      };
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "PLAN_STALE" });
      expect(await dpkgStatus(root)).toBe(before);
      expect(ranInstall(context)).toBe(false);
    });

    test("a file with other content: UNTRUSTED_SOURCE, nothing changed", async () => {
      const { root, context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-native"]);
      const size = approved.items[0]?.sizeBytes ?? 0;
      const before = await dpkgStatus(root);
      server.intercept = (pathname, response) => {
        if (pathname.endsWith(".deb"))
          response.writeHead(200, { "content-length": size }).end(Buffer.alloc(size, 65));
        return pathname.endsWith(".deb");
      };
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({ code: "UNTRUSTED_SOURCE" });
      expect(await dpkgStatus(root)).toBe(before);
      expect(ranInstall(context)).toBe(false);
    });

    test("N1 the connection is cut in the middle of a file: OFFLINE, nothing changed, and the plan still works", async () => {
      const { root, context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-native"]);
      const size = approved.items[0]?.sizeBytes ?? 0;
      const before = await dpkgStatus(root);
      server.intercept = (pathname, response) => {
        if (!pathname.endsWith(".deb")) return false;
        response.writeHead(200, { "content-length": size });
        response.write(Buffer.alloc(Math.floor(size / 2)), () => response.destroy());
        return true;
      };
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({
        code: "OFFLINE",
        retryable: true,
      });
      expect(await dpkgStatus(root)).toBe(before);
      expect(ranInstall(context)).toBe(false);
      server.intercept = () => false;
      expect((await installPlan(context, approved)).receipt.outcome).toBe("succeeded");
    });

    test("an archive that answers 500: OFFLINE, and a scan says so", async () => {
      const { context } = await world.freshRoot();
      const approved = await planPackages(context, ["toy-native"]);
      server.intercept = (_pathname, response) => {
        response.writeHead(500).end();
        return true;
      };
      expect(await refusalOf(installPlan(context, approved))).toMatchObject({
        code: "OFFLINE",
        retryable: true,
      });
      context.run.step = "scan";
      const report = await scan(context, { refresh: true }, makeCall());
      expect(report).toMatchObject({ complete: false, incomplete: { code: "OFFLINE" } });
      expect(report.items.length).toBeGreaterThan(8);
    });
  },
);
