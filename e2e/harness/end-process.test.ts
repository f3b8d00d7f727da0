import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

import { endProcess } from "./end-process.ts";

const start = async (onTerm: string) => {
  const script = `process.on("SIGTERM", () => { ${onTerm} }); setInterval(() => {}, 1000); process.send("up");`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  await once(child, "message");
  return child;
};

test("a process that hangs on SIGTERM is killed, and that is an error", async () => {
  const child = await start("");
  await expect(endProcess(child, "SIGTERM", 200)).rejects.toThrow("It did not end within 0.2 s.");
  expect(child.signalCode).toBe("SIGKILL");
});

test("a process that ends when asked, or has ended, is no error", async () => {
  const child = await start("process.exit(0)");
  await endProcess(child, "SIGTERM", 20_000);
  expect(child.exitCode).toBe(0);
  await endProcess(child, "SIGTERM", 20_000);
  const hard = await start("");
  await endProcess(hard, "SIGKILL", 20_000);
  expect(hard.signalCode).toBe("SIGKILL");
});
