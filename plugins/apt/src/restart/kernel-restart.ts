import { compareDebianVersions, type Host, type PendingRestart } from "@redflag/plugin-sdk";

import type { InstalledPackages } from "../packages/installed.js";
import { parsePackageKey } from "../parse/package-key.js";
import {
  compareKernels,
  isKernelMeta,
  parseKernelRelease,
  releaseOfImage,
  runningPackageVersion,
  type KernelRelease,
} from "./kernel-release.js";

/** An installed kernel of the flavour that runs. */
interface InstalledKernel extends KernelRelease {
  readonly key: string;
  readonly release: string;
  readonly version: string;
}

/**
 * The restart that a newer kernel waits for: a later release of the flavour that runs, or another build of the same. Null
 * when the newest one runs, no package brought the running one, or this is a container, whose kernel is another's.
 */
export function findKernelRestart(
  { kernel, container }: Pick<Host, "kernel" | "container">,
  installed: InstalledPackages,
): PendingRestart | null {
  const running = kernel === null ? null : parseKernelRelease(kernel.release);
  if (kernel === null || running === null || container) return null;
  const [newest] = kernelsOf(running.flavour, installed).toSorted((a, b) => compareKernels(b, a));
  if (newest === undefined) return null;
  const step = compareKernels(newest, running);
  const built = runningPackageVersion(running, kernel.version);
  const isRebuilt = step === 0 && built !== null && compareDebianVersions(newest.version, built) > 0;
  if (step <= 0 && !isRebuilt) return null;
  const metas = [...installed.keys()].filter((key) =>
    isKernelMeta(parsePackageKey(key).name, running.flavour),
  );
  const runs = isRebuilt ? `${kernel.release} (${built})` : kernel.release;
  const waits = isRebuilt ? newest.version : newest.release;
  return {
    kind: "system",
    name: `kernel ${newest.release}`,
    keys: [...new Set([newest.key, ...metas])].toSorted(),
    reason: `The machine runs the kernel ${runs}, and ${waits} is installed.`,
  };
}

function kernelsOf(flavour: string, installed: InstalledPackages): InstalledKernel[] {
  return [...installed.values()].flatMap(({ key, version }) => {
    const release = releaseOfImage(parsePackageKey(key).name);
    const parsed = release === null ? null : parseKernelRelease(release);
    if (release === null || parsed?.flavour !== flavour) return [];
    return [{ ...parsed, key, release, version }];
  });
}
