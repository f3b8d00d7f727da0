import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { randomBytes } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { createTestDatabase } from "../testing/database.js";
import { saveBackup } from "./save-backup.js";
import { writeBackup } from "./write-backup.js";

const folder = mkdtempSync(path.join(tmpdir(), "redflag-full-"));
const isMounted = mountSmall();

function mountSmall(): boolean {
  try {
    execFileSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

afterAll(async () => {
  if (isMounted) execFileSync("/usr/bin/umount", [folder]);
  await rm(folder, { recursive: true, force: true });
});

test.skipIf(!isMounted)(
  "S11 a backup onto a full disk is told, leaves nothing behind, and the connection lives (needs root and mount: run as root)",
  async () => {
    await using database = await createTestDatabase();
    await database.query(
      "insert into streams select 'box:' || md5(n::text) || md5((n + 1)::text), 0 from generate_series(1, 30000) n",
    );
    await database.query("insert into command_receipts values (gen_random_uuid(), $1)", [
      randomBytes(400_000).toString("base64"),
    ]);
    const client = await database.openClient();
    await expect(saveBackup(path.join(folder, "a.backup"), writeBackup(client, 0))).rejects.toMatchObject({
      code: "BACKUP_NOT_WRITTEN",
      exitCode: 73,
      message: expect.stringContaining("no space left"),
    });
    expect(readdirSync(folder)).toEqual([]);
    expect((await client.query("select 1 as fine")).rows).toEqual([{ fine: 1 }]);
    await client.end();
  },
);
