import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { StateFolder } from "./state-folder.js";

/** How long raw output of package managers and damaged journals are kept as evidence. */
const KEEP_MS = 30 * 24 * 3_600_000;

/** Removes old evidence and what interrupted writes left, so that the state folder does not grow for ever. */
export async function sweepStateFolder(folder: StateFolder, now: number): Promise<void> {
  const runs = path.dirname(folder.run("any"));
  const outputs = path.dirname(folder.output("any"));
  await removeOld(runs, now, () => true);
  await removeOld(outputs, now, () => true);
  await removeOld(folder.root, now, (name) => /^(journal|local)\.log\.damaged-/u.test(name));
}

async function removeOld(folder: string, now: number, isOurs: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isOurs)) {
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts && now - facts.mtimeMs > KEEP_MS) await rm(file, { recursive: true, force: true });
  }
}
