import { rm } from "node:fs/promises";
import path from "node:path";

import type { FakeRoot } from "../../../../e2e/worlds/apt-fake-root.js";
import { publishSuite, type AptRepository } from "../../../../e2e/worlds/apt-repository.js";
import { runTool } from "../../../../e2e/worlds/run-tool.js";

/** Takes files out of the archive, as happens to every version some day, and lets a machine know. */
export async function withdraw(
  repository: AptRepository,
  root: FakeRoot,
  fileNames: readonly string[],
): Promise<void> {
  for (const fileName of fileNames) await rm(path.join(repository.dir, "pool/stable", fileName));
  await publishSuite(repository, "stable");
  await runTool("apt-get", ["update"], { env: root.env });
}
