import { lstat, realpath } from "node:fs/promises";
import path from "node:path";
import { ServiceError } from "./service-error.js";

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Checks that nobody but root can change what root will run or obey: the file or folder itself and every folder above
 * it, so that nobody can put another in its place either.
 *
 * @throws ServiceError naming the place that others may write to
 */
export async function checkTrustedFile(file: string): Promise<void> {
  const real = await realpath(file).catch((error: unknown) => {
    throw new ServiceError(`${file} cannot be read (${String(Object(error).code)}).`, { cause: error });
  });
  for (let place = real; ; place = path.dirname(place)) {
    const { uid, mode } = await lstat(place);
    const isShared = place !== real && (mode & STICKY) !== 0;
    if (uid !== 0 || ((mode & WRITABLE_BY_OTHERS) !== 0 && !isShared)) {
      throw new ServiceError(
        `The service would use ${real} as root, and ${place} can be changed by other users. Put it where only root may write: RedFlag for example below /opt, its settings below /etc.`,
      );
    }
    if (place === path.dirname(place)) return;
  }
}
