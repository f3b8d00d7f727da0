import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";

interface Manifest {
  readonly bin?: Readonly<Record<string, string>>;
}

const ROOT = path.resolve(import.meta.dirname, "../..");
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
const locked = (readJson("package-lock.json") as { packages: Record<string, Manifest> }).packages;

const commands = globSync("{api,agent-core,plugins/*}/package.json", { cwd: ROOT }).flatMap((manifest) => {
  const folder = path.dirname(manifest);
  const { bin = {} } = readJson(manifest) as Manifest;
  return Object.entries(bin).map(([name, file]) => ({ name, folder, file: path.join(folder, file) }));
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A package that holds the command's file and, when given, what is built. */
function packageWith(file: string, built?: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "redflag-command-"));
  folders.push(folder);
  const copy = path.join(folder, "bin", path.basename(file));
  mkdirSync(path.dirname(copy));
  mkdirSync(path.join(folder, "dist"));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  copyFileSync(path.join(ROOT, file), copy);
  if (built !== undefined) writeFileSync(path.join(folder, "dist/main.js"), built);
  return copy;
}

const run = (script: string) => spawnSync(process.execPath, [script, "--help"], { encoding: "utf8" });

test("the server and the agent have a command each", () => {
  expect(commands.map(({ name }) => name).toSorted()).toEqual(["redflag", "redflag-agent"]);
});

describe.each(commands)("The command $name", ({ name, folder, file }) => {
  // npm skips the link to a file that is made only later, and says nothing.
  test("is an executable file of the repository, so that npm links it in a fresh clone", () => {
    const [mode] = execFileSync("git", ["ls-files", "--stage", file], { cwd: ROOT, encoding: "utf8" }).split(
      " ",
    );
    expect(mode).toBe("100755");
    expect(locked[folder]?.bin?.[name]).toBe(path.relative(folder, file));
  });

  test("says what to do when nothing is built", () => {
    const { status, stderr } = run(packageWith(file));
    expect(stderr).toBe(`${name} is not built yet. Run \`npm start\` once in the checkout.\n`);
    expect(status).toBe(78);
  });

  test("runs what is built, with its arguments", () => {
    const { status, stdout } = run(
      packageWith(file, "process.stdout.write(process.argv.slice(2).join()); process.exitCode = 3;"),
    );
    expect(stdout).toBe("--help");
    expect(status).toBe(3);
  });
});
