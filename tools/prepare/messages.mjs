/** A failure that is already one clear sentence. */
export class PrepareError extends Error {
  /** @param {string} message what is wrong and what to do */
  constructor(message) {
    super(message);
    this.name = "PrepareError";
  }
}

/** @type {readonly { signs: RegExp, says: (doing: string, root: string) => string }[]} */
const KNOWN = [
  {
    signs: /\bENOSPC\b|\bEDQUOT\b|no space left on device/i,
    says: (doing, root) =>
      `The disk that holds ${root} is full, so ${doing} stopped. Free about 1 GB and try again.`,
  },
  {
    signs: /\bEROFS\b|read-only file system/i,
    says: (doing, root) =>
      `${root} is on a read-only file system, so ${doing} is impossible. Copy the checkout to a folder that can be written.`,
  },
  {
    signs: /\b(EACCES|EPERM)\b|permission denied/i,
    says: (doing, root) =>
      `This user may not write in ${root}, so ${doing} is impossible. Run it as the owner of the checkout, or clone it again as this user.`,
  },
  {
    signs:
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b|network request .* failed/i,
    says: () =>
      "The npm registry cannot be reached, and packages are missing. Check the network, the proxy and `npm config get registry`, then try again.",
  },
  {
    signs: /\b(E401|E403)\b/,
    says: () =>
      "The npm registry refused to hand out a package. Check the credentials in your .npmrc, then try again.",
  },
  {
    signs: /\b(E404|ETARGET)\b|notarget/i,
    says: () =>
      "The npm registry in use does not have one of the packages of package-lock.json. Check `npm config get registry`.",
  },
  {
    signs: /\bEINTEGRITY\b/,
    says: () =>
      "A downloaded package is not the one of package-lock.json, so nothing was installed. Run `npm cache clean --force` and try again; if it happens again, do not trust the registry in use.",
  },
  {
    signs: /can only install .* in sync|\bEUSAGE\b/i,
    says: () =>
      "package.json and package-lock.json disagree. Run `npm install` once and commit the lockfile, or check out a clean revision.",
  },
];

/**
 * One sentence for a failure, from the output of the tool that failed or from the error itself.
 *
 * @param {string} doing for example "installing packages"
 * @param {string} output
 * @param {string} root folder of the checkout
 * @param {unknown} [cause] kept for the case that nothing is recognised
 */
export function explainFailure(doing, output, root, cause) {
  const known = KNOWN.find(({ signs }) => signs.test(output));
  if (known) return known.says(doing, root);
  const detail = cause instanceof Error && cause.stack ? `\n${cause.stack}` : "";
  return `Something went wrong while ${doing}; the lines above say what.${detail}`;
}
