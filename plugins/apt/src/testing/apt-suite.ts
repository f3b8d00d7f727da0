import { afterAll, beforeAll, describe } from "vitest";

import { addPackages } from "../../../../e2e/worlds/apt-repository.js";
import type { ToyPackage } from "../../../../e2e/worlds/apt-toy-packages.js";
import { HAS_APT_WORLD, needsAptWorld, openAptWorld, type AptWorld } from "./apt-world.js";

const OPEN_MILLISECONDS = 60_000;

/** The world of a suite, which is there while its tests run. */
export type SuiteWorld = Omit<AptWorld, "close">;

/**
 * Describes what needs the world, which is opened before the first test and closed after the last; or skips it by a name
 * that says what is missing.
 *
 * @param packages added to the archive beside the usual ones
 */
export function describeApt(
  name: string,
  packages: readonly ToyPackage[],
  body: (world: SuiteWorld) => void,
): void {
  describe.skipIf(!HAS_APT_WORLD)(needsAptWorld(name), { timeout: OPEN_MILLISECONDS }, () => {
    let opened: AptWorld;
    beforeAll(async () => {
      opened = await openAptWorld();
      if (packages.length > 0) await addPackages(opened.repository, packages);
    }, OPEN_MILLISECONDS);
    afterAll(() => opened.close());
    body({
      get repository() {
        return opened.repository;
      },
      get pristine() {
        return opened.pristine;
      },
      freshRoot: (options, pins) => opened.freshRoot(options, pins),
    });
  });
}
