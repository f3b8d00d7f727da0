import { PluginError } from "@redflag/plugin-sdk";

/** One line of `--print-uris`. */
export interface PrintedUri {
  readonly uri: string;
  readonly fileName: string;
  /** 0 when apt does not know it. */
  readonly sizeBytes: number;
}

/**
 * Reads `apt-get --print-uris`: `'uri' file size [checksum]`; other lines are for people.
 *
 * @throws PluginError `UNPARSABLE_OUTPUT` for a quoted line of another shape
 */
export function parseUris(stdout: string): PrintedUri[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("'")) return [];
    const close = line.indexOf("' ");
    const [fileName, size] = line.slice(close + 2).split(" ");
    if (close === -1 || !fileName || size === undefined || !/^\d{1,15}$/.test(size)) {
      throw new PluginError(
        "UNPARSABLE_OUTPUT",
        `apt-get wrote a line of unknown shape: ${JSON.stringify(line)}`,
      );
    }
    return [{ uri: line.slice(1, close), fileName, sizeBytes: Number(size) }];
  });
}
