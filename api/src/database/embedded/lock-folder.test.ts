import { link, mkdir, mkdtemp, readdir, rm, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder, type FolderLock } from "./lock-folder.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "redflag-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What `kill -9` leaves: a socket's name on which nobody listens. */
async function leaveDeadLock(): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path.join(folder, "dying"), resolve));
  await link(path.join(folder, "dying"), path.join(folder, "lock.1"));
  await new Promise((resolve) => void server.close(resolve));
  await unlink(path.join(folder, "dying")).catch(() => {});
}

test("one holder at a time, and a released lock can be taken again", async () => {
  const first = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: "DATA_FOLDER_IN_USE",
    message: expect.stringContaining(`pid ${process.pid}`),
  });
  await first.release();
  const second = await lockFolder(folder);
  await second.release();
  expect((await readdir(folder)).toSorted()).toEqual(["lock.1", "lock.2"]);
});

test("a dead lock is taken over", async () => {
  await leaveDeadLock();
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "DATA_FOLDER_IN_USE" });
  await lock.release();
});

test("of many that find a dead lock at once exactly one wins", async () => {
  await leaveDeadLock();
  for (let round = 0; round < 20; round += 1) {
    const results = await Promise.allSettled(Array.from({ length: 16 }, () => lockFolder(folder)));
    const winners = results.filter((result) => result.status === "fulfilled");
    expect(winners).toHaveLength(1);
    await (winners[0] as PromiseFulfilledResult<FolderLock>).value.release();
    expect((await readdir(folder)).length).toBeLessThanOrEqual(2);
  }
});

test("a folder with a long path can be locked on Linux", { skip: process.platform !== "linux" }, async () => {
  const long = path.join(folder, "b".repeat(200));
  await mkdir(long);
  const lock = await lockFolder(long);
  await expect(lockFolder(long)).rejects.toMatchObject({ code: "DATA_FOLDER_IN_USE" });
  await lock.release();
});
