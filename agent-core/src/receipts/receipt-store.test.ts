import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Receipt } from "@redflag/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock/system-clock.js";
import { StateError } from "../state/state-error.js";
import { StateFolder } from "../state/state-folder.js";
import { ReceiptStore } from "./receipt-store.js";

let folder: StateFolder;
beforeEach(() => {
  folder = new StateFolder(mkdtempSync(path.join(tmpdir(), "redflag-receipts-")));
});
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

const RECEIPT: Receipt = {
  planId: "p-1",
  planDigest: "0".repeat(64),
  source: "apt",
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T00:01:00.000Z",
  outcome: "succeeded",
  items: [
    {
      key: "openssl:amd64",
      name: "openssl",
      arch: "amd64",
      fromVersion: "1",
      toVersion: "2",
      role: "selected",
      outcome: "installed",
    },
  ],
  token: "t",
};

const FACTS = { type: "INSTALL", origin: "SERVER", requestedBy: null, rollsBack: null } as const;
const DAY_MS = 24 * 3_600_000;

test("a receipt is found again as it was saved, also by another process, and only this user can read it", async () => {
  const facts = { ...FACTS, origin: "MACHINE", requestedBy: "root" } as const;
  await new ReceiptStore(folder, systemClock).save("cmd_1", RECEIPT, facts);
  const found = await new ReceiptStore(folder, systemClock).find("cmd_1");
  expect(found).toMatchObject({ commandId: "cmd_1", ...facts, receipt: RECEIPT });
  expect(statSync(folder.receipt("cmd_1")).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(folder.receipt("any")))).toEqual(["cmd_1.json"]);
});

test("what was never installed here has no receipt, whatever the command calls itself", async () => {
  const store = new ReceiptStore(folder, systemClock);
  writeFileSync(path.join(folder.root, "last_scan.json"), "{}");
  for (const id of ["cmd_2", "../last_scan", "", "a/b", "x".repeat(300), "cmd\0"]) {
    expect(await store.find(id)).toBeUndefined();
  }
  await expect(store.save("../x", RECEIPT, FACTS)).rejects.toThrow(StateError);
});

test("a damaged receipt, or one put under another command's name, is never undone", async () => {
  const store = new ReceiptStore(folder, systemClock);
  await store.save("cmd_1", RECEIPT, FACTS);
  await store.save("cmd_2", RECEIPT, FACTS);
  truncateSync(folder.receipt("cmd_1"), 40);
  await expect(store.find("cmd_1")).rejects.toThrow(/damaged/);
  writeFileSync(folder.receipt("cmd_3"), JSON.stringify(await store.find("cmd_2")));
  await expect(store.find("cmd_3")).rejects.toThrow(/damaged/);
});

test("only so many receipts are kept, and none for ever; the newest come first", async () => {
  const store = new ReceiptStore(folder, systemClock, { count: 3, ageMs: 10 * DAY_MS });
  for (const id of ["cmd_1", "cmd_2", "cmd_3"]) {
    await store.save(id, RECEIPT, FACTS);
    const age = id === "cmd_1" ? 11 * DAY_MS : 60_000;
    utimesSync(folder.receipt(id), new Date(), new Date(Date.now() - age));
  }
  await store.save("cmd_4", RECEIPT, FACTS);
  expect((await store.list()).map((one) => one.commandId).toSorted()).toEqual(["cmd_2", "cmd_3", "cmd_4"]);
  utimesSync(folder.receipt("cmd_2"), new Date(), new Date(Date.now() - 120_000));
  await store.save("cmd_5", RECEIPT, FACTS);
  expect((await store.list()).map((one) => one.commandId).toSorted()).toEqual(["cmd_3", "cmd_4", "cmd_5"]);
  expect((await store.list())[0]?.commandId).toBe("cmd_5");
});
