import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Call } from "@redflag/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "../../log/silent-log.js";
import { PluginFiles } from "./plugin-files.js";
import { PluginHttp } from "./plugin-http.js";
import { PluginState } from "./plugin-state.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "redflag-context-"));
  mkdirSync(path.join(root, "etc/apt/lists"), { recursive: true });
  writeFileSync(path.join(root, "etc/apt/a.conf"), "a");
  writeFileSync(path.join(root, "etc/passwd"), "secret");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const call: Call = { signal: new AbortController().signal, deadline: 0, log: silentLog, runId: "r" };

test("a plugin reads what its manifest names, below the root that the owner set, and nothing else", async () => {
  const rules = [
    { path: "/etc/apt", tree: true, rootSetting: "root" },
    { path: "/run/reboot-required", rootSetting: "root" },
  ];
  const files = new PluginFiles(rules, { root }, "/");
  expect(await files.read("/etc/apt/a.conf")).toBe("a");
  expect(await files.list("/etc/apt")).toEqual(["a.conf", "lists"]);
  expect(await files.stat("/etc/apt/a.conf")).toMatchObject({ kind: "file", sizeBytes: 1 });
  expect(await files.read("/etc/apt/none")).toBeNull();
  expect(await files.exists("/run/reboot-required")).toBe(false);
  expect(await files.freeBytes("/etc/apt")).toBeGreaterThan(0);
  for (const elsewhere of [
    "/etc/passwd",
    "/etc/apt/../passwd",
    "etc/apt/a.conf",
    "/etc/aptitude",
    "/run",
    "/etc/apt/./a.conf",
  ]) {
    await expect(files.read(elsewhere)).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  }
});

test("a plugin's state survives, is bounded, and a damaged file counts as empty", async () => {
  const file = path.join(root, "state.json");
  const state = new PluginState(file);
  await Promise.all([state.set("a", 1), state.set("b", { c: [true, null] }), state.set("a", 2)]);
  expect(await new PluginState(file).get("a")).toBe(2);
  await state.delete("b");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ a: 2 });
  await expect(state.set("big", "x".repeat(1_100_000))).rejects.toMatchObject({ code: "UNSUPPORTED" });
  expect(await state.get("big")).toBeUndefined();
  writeFileSync(file, "{");
  expect(await new PluginState(file).get("a")).toBeUndefined();
});

test("what a command line keeps beside the agent is seen by the agent, and is not lost when that keeps something, too", async () => {
  const file = path.join(root, "plugins/toy/state.json");
  const [agent, commandLine] = [new PluginState(file), new PluginState(file)];
  await agent.set("findings", 1);
  expect(await agent.get("kept")).toBeUndefined();
  await commandLine.set("kept", "the previous packages");
  expect(await agent.get("kept")).toBe("the previous packages");
  await commandLine.set("kept", "others");
  await agent.set("findings", 2);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ findings: 2, kept: "others" });
});

test("a plugin reaches only the hosts of its manifest, redirects included, and credentials stay at their host", async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const { port } = server.address() as AddressInfo;
    const to: Record<string, string> = {
      "/away": "http://169.254.169.254/meta",
      "/other": `http://localhost:${port}/end`,
      "/loop": "/loop",
    };
    const location = to[request.url ?? ""];
    response.writeHead(location ? 302 : 200, location ? { location } : {}).end("x".repeat(1_000));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new PluginHttp(["127.0.0.1", "localhost"]);
  const headers = { authorization: "Basic abc" };
  try {
    expect(await http.request({ url: `${base}/end`, headers }, call)).toMatchObject({ status: 200 });
    await expect(http.request({ url: `${base}/away` }, call)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(http.request({ url: "file:///etc/passwd" }, call)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
    });
    await expect(http.request({ url: `${base}/loop` }, call)).rejects.toMatchObject({ code: "OFFLINE" });
    await expect(http.request({ url: `${base}/end`, maxBytes: 10 }, call)).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
    seen.length = 0;
    await http.request({ url: `${base}/other`, headers }, call).catch(() => undefined);
    expect(seen[0]).toBe("Basic abc");
    expect(seen.slice(1)).not.toContain("Basic abc");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
