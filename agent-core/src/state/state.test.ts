import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeTemporaryFiles, writeFileAtomically } from "./atomic-file.js";
import { CredentialStore } from "./credentials.js";
import { explainDiskFull, withDiskFull } from "./disk-full.js";
import { OutputSpool } from "./output-spool.js";
import { BrokenStateError } from "./state-error.js";
import { defaultStateFolder, openStateFolder } from "./state-folder.js";
import { sweepStateFolder } from "./sweep.js";

let root: string;
const uid = process.getuid?.() ?? null;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-state-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("the state lies where the seed says for root, and in the user's own folder for others", () => {
  const linux = { platform: "linux" as const, home: "/home/a" };
  expect(defaultStateFolder({ ...linux, uid: 0 })).toBe("/var/lib/aggregator");
  expect(defaultStateFolder({ ...linux, uid: 1000 })).toBe("/home/a/.local/state/redflag-agent");
  expect(defaultStateFolder({ ...linux, uid: 1000, xdgStateHome: "/x" })).toBe("/x/redflag-agent");
  expect(defaultStateFolder({ platform: "win32", uid: null, home: "C:\\U" })).toBe(
    "C:\\ProgramData\\RedFlag",
  );
});

test("the state folder is for its user alone, and a shared folder is never taken over", async () => {
  const own = path.join(root, "own");
  expect((await openStateFolder(own, uid)).root).toBe(own);
  expect(statSync(own).mode & 0o777).toBe(0o700);
  writeFileSync(path.join(own, "credentials.json"), "{}");
  chmodSync(own, 0o755);
  await openStateFolder(own, uid);
  expect(statSync(own).mode & 0o777).toBe(0o700);
  const shared = path.join(root, "shared");
  mkdirSync(shared, { mode: 0o755 });
  writeFileSync(path.join(shared, "somebody-elses"), "");
  await expect(openStateFolder(shared, uid)).rejects.toThrow(/open to other users/);
  expect(statSync(shared).mode & 0o777).toBe(0o755);
  await expect(openStateFolder("relative", uid)).rejects.toThrow(/not an absolute path/);
  await expect(openStateFolder(own, (uid ?? 0) + 1)).rejects.toThrow(
    /belongs to user .* Run it as that user/,
  );
});

test.runIf(process.platform === "linux")(
  "a folder that cannot be made is told, also below /proc, where Node's own mkdir never ends",
  async () => {
    for (const folder of ["/proc/nope", "/proc/nope/below"]) {
      const opened = openStateFolder(folder, uid);
      await expect(opened).rejects.toThrow(BrokenStateError);
      await expect(opened).rejects.toThrow(/cannot be made \(ENOENT\)/);
    }
    const file = path.join(root, "file");
    writeFileSync(file, "");
    await expect(openStateFolder(file, uid)).rejects.toThrow(/is not a folder/);
    await expect(openStateFolder(path.join(file, "below"), uid)).rejects.toThrow(/\(ENOTDIR\)/);
    expect((await openStateFolder(path.join(root, "a/b/c"), uid)).root).toBe(path.join(root, "a/b/c"));
  },
);

test.runIf(process.platform === "linux")("a full disk is told as one, whatever it was wrapped in", () => {
  let thrown: unknown;
  try {
    writeFileSync("/dev/full", "x");
  } catch (error) {
    thrown = error;
  }
  expect(explainDiskFull(new Error("outer", { cause: thrown }))).toMatch(
    /^The disk is full; no space is left/,
  );
  expect(withDiskFull(thrown, "/a")).toMatchObject({ message: expect.stringContaining("to write /a.") });
  const other = new Error("other");
  expect(withDiskFull(other, "/a")).toBe(other);
});

test("a file is replaced as a whole, and what interrupted writes left is removed", async () => {
  const file = path.join(root, "a.json");
  await Promise.all(["1", "2", "3"].map((text) => writeFileAtomically(file, text)));
  expect(readdirSync(root)).toEqual(["a.json"]);
  writeFileSync(path.join(root, ".a.json.0123456789ab.tmp"), "half");
  await removeTemporaryFiles(root);
  expect(readdirSync(root)).toEqual(["a.json"]);
});

test("damaged credentials are named with what to do", async () => {
  const store = new CredentialStore(path.join(root, "credentials.json"));
  expect(await store.read()).toBeUndefined();
  writeFileSync(store.file, '{"agentId": 1}');
  await expect(store.read()).rejects.toThrow(/damaged\. Remove the file and enrol again/);
});

test("output is numbered on after a restart, made harmless, and a half-written line is no harm", () => {
  const file = path.join(root, "output/c.ndjson");
  const first = OutputSpool.open(file);
  first.append("one", 0);
  first.append("\u001b[2Jtwo", 0);
  first.close();
  writeFileSync(file, '{"sequence":3,"te', { flag: "a" });
  const second = OutputSpool.open(file);
  expect(second.last).toBe(2);
  second.append("three", 0);
  expect(second.after(1, 10).map((line) => [line.sequence, line.text])).toEqual([
    [2, "\\x1b[2Jtwo"],
    [3, "three"],
  ]);
  expect(second.after(0, 1).map((line) => line.sequence)).toEqual([1]);
  second.close();
});

test("old evidence is swept, young evidence and everything else stays", async () => {
  const folder = await openStateFolder(path.join(root, "state"), uid);
  for (const run of ["old", "young"]) mkdirSync(folder.run(run), { recursive: true });
  writeFileSync(`${folder.journal}.damaged-1`, "");
  writeFileSync(folder.journal, "");
  const now = Date.now();
  const old = new Date(now - 31 * 86_400_000);
  for (const file of [folder.run("old"), `${folder.journal}.damaged-1`, folder.journal])
    utimesSync(file, old, old);
  await sweepStateFolder(folder, now);
  expect(existsSync(folder.run("old"))).toBe(false);
  expect(existsSync(folder.run("young"))).toBe(true);
  expect(readdirSync(folder.root).filter((name) => name.startsWith("journal"))).toEqual(["journal.log"]);
});
