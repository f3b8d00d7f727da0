import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
}

const ROOT = path.resolve(import.meta.dirname, "../..");
const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(ROOT, file), "utf8"));
const locked = (readJson("package-lock.json") as { packages: Record<string, Locked> }).packages;

/** Whether npm would find a package from a place in the tree, walking up as Node does. */
function isLocked(from: string, name: string): boolean {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf("/node_modules/")))) {
    if (`${place ? `${place}/` : ""}node_modules/${name}` in locked) return true;
    if (place === "") return false;
    if (!place.includes("/node_modules/")) place = "";
  }
}

// A registry that lacks one platform's package makes npm write a lockfile that `npm ci` then refuses everywhere.
test("the lockfile names the optional packages of every platform", () => {
  const missing = Object.entries(locked).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(place, name)),
  );
  expect(missing).toEqual([]);
});

test("the lockfile binds nobody to one registry", () => {
  expect(Object.values(locked).filter(({ resolved }) => resolved?.startsWith("http"))).toEqual([]);
});

test("every dependency is pinned exactly", () => {
  const manifests = [
    "package.json",
    ...globSync("{api,agent-core,web,e2e,bench,plugins/*}/package.json", { cwd: ROOT }),
  ];
  const loose = manifests.flatMap((file) => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = readJson(file) as Manifest;
    const all = Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
      ...overrides,
    });
    return all
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name]) => `${file}: ${name}`);
  });
  expect(loose).toEqual([]);
});
