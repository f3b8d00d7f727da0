import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandResultInput } from "../protocol/operations.js";
import { sampleCommand } from "../testing/sample-command.js";
import { Journal } from "./journal.js";
import { applyRecord, type JournalEntry, recordsOf } from "./journal-entry.js";
import { decodeRecord, encodeRecord, type JournalRecord } from "./journal-record.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "redflag-journal-"));
  file = path.join(folder, "journal.log");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const now = (): number => Date.parse("2026-11-21T10:00:00Z");
const resultOf = (commandId: string): CommandResultInput => ({
  commandId,
  attempt: 1,
  state: "SUCCEEDED",
  finishedAt: "2026-11-21T10:00:00.000Z",
});

test("what was written is there after opening again", async () => {
  const { journal } = await Journal.open(file, now);
  journal.accept(sampleCommand());
  journal.start("cmd_1");
  journal.noteProcess("cmd_1", { pid: 7, startTicks: "9", bootId: "b", outputFolder: "/r" });
  journal.accept(sampleCommand({ id: "cmd_2" }));
  journal.finish("cmd_2", resultOf("cmd_2"));
  journal.close();
  const again = (await Journal.open(file, now)).journal;
  expect(again.unfinished().map((entry) => entry.process?.pid)).toEqual([7]);
  expect(again.undelivered().map((entry) => entry.command.id)).toEqual(["cmd_2"]);
  again.deliver("cmd_2");
  expect(again.undelivered()).toEqual([]);
  again.close();
});

test("C4 a second result never replaces the first", async () => {
  const { journal } = await Journal.open(file, now);
  journal.accept(sampleCommand());
  journal.finish("cmd_1", resultOf("cmd_1"));
  journal.finish("cmd_1", { ...resultOf("cmd_1"), state: "FAILED" });
  journal.accept(sampleCommand({ attempt: 9 }));
  expect(journal.find("cmd_1")).toMatchObject({ result: { state: "SUCCEEDED" }, command: { attempt: 1 } });
  journal.close();
});

test("a journal cut at any byte opens, loses at most its last record, and goes on", async () => {
  const { journal } = await Journal.open(file, now);
  journal.accept(sampleCommand());
  journal.start("cmd_1");
  journal.finish("cmd_1", resultOf("cmd_1"));
  journal.close();
  const whole = readFileSync(file);
  const startOfLast = whole.lastIndexOf("\n", whole.length - 2) + 1;
  for (const length of [startOfLast + 1, startOfLast + 20, whole.length - 2]) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    const opened = await Journal.open(file, now);
    expect(opened.damagedFile).toBeDefined();
    expect(opened.journal.find("cmd_1")).toMatchObject({ startedAt: "2026-11-21T10:00:00.000Z" });
    opened.journal.finish("cmd_1", resultOf("cmd_1"));
    opened.journal.close();
    const again = await Journal.open(file, now);
    expect(again.damagedFile).toBeUndefined();
    expect(again.journal.undelivered()).toHaveLength(1);
    again.journal.close();
  }
  expect(readdirSync(folder).some((name) => name.includes("damaged"))).toBe(true);
});

test("a journal of zeros or garbage is moved aside and never fatal", async () => {
  for (const garbage of [
    Buffer.alloc(4096),
    Buffer.from("not a journal\n{}\n"),
    Buffer.from([0xff, 0xfe, 0x0a]),
  ]) {
    writeFileSync(file, garbage);
    const opened = await Journal.open(file, now);
    expect(opened.damagedFile).toBeDefined();
    expect(opened.journal.unfinished()).toEqual([]);
    opened.journal.close();
  }
});

test("compacting keeps every state", () => {
  const id = fc.constantFrom("a", "b", "c");
  const record: fc.Arbitrary<JournalRecord> = fc.oneof(
    id.map((one) => ({ type: "accepted" as const, command: sampleCommand({ id: one }), at: "t" })),
    fc.record({
      type: fc.constant("attempt" as const),
      id,
      attempt: fc.nat({ max: 5 }),
      leaseSeconds: fc.constant(60),
    }),
    id.map((one) => ({ type: "started" as const, id: one, at: "s" })),
    id.map((one) => ({
      type: "process" as const,
      id: one,
      survivor: { pid: 1, startTicks: null, bootId: null, outputFolder: "/r" },
    })),
    id.map((one) => ({ type: "result" as const, id: one, result: resultOf(one) })),
    id.map((one) => ({ type: "delivered" as const, id: one })),
    id.map((one) => ({ type: "dropped" as const, id: one })),
  );
  const replay = (records: readonly JournalRecord[]): Map<string, JournalEntry> => {
    const entries = new Map<string, JournalEntry>();
    for (const one of records) applyRecord(entries, decodeRecord(encodeRecord(one).trimEnd())!);
    return entries;
  };
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const entries = replay(records);
      expect(replay([...entries.values()].flatMap(recordsOf))).toEqual(entries);
    }),
  );
});

test.skipIf(spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", tmpdir()]).status !== 0)(
  "what a full disk does not take is not taken for written (needs unshare and mount: apt-get install util-linux)",
  () => {
    const hooks = path.join(import.meta.dirname, "../testing/typescript-hooks.mjs");
    const program = path.join(import.meta.dirname, "../testing/fill-journal.ts");
    const script = 'folder=$1; mount -t tmpfs -o size=32k tmpfs "$folder"; shift; exec "$@" "$folder"';
    const node = [process.execPath, "--conditions=source", "--import", hooks, program];
    const argv = ["-rm", "sh", "-c", script, "sh", folder, ...node];
    const { stdout, stderr } = spawnSync("unshare", argv, { encoding: "utf8", timeout: 30_000 });
    expect(stdout, stderr).not.toBe("");
    expect(JSON.parse(stdout)).toEqual({
      message: expect.stringContaining("The disk is full; no space is left to write"),
      isRefusedKnown: false,
      isEachKept: true,
      isUndamaged: true,
    });
  },
);
