import { open, readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { type FileFacts, type FileRule, type Files, PluginError } from "@redflag/plugin-sdk";

const MAX_BYTES = 4 * 1024 * 1024;
const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR"]);

/** Reads only what the manifest's file rules name. */
export class PluginFiles implements Files {
  /**
   * @param config the plugin's checked configuration, for rules with a `rootSetting`.
   * @param fileRoot the folder that stands for `/`.
   */
  constructor(
    readonly rules: readonly FileRule[],
    readonly config: unknown,
    readonly fileRoot: string,
  ) {}

  async read(file: string): Promise<string | null> {
    const real = this.#locate(file);
    return orNull(file, async () => {
      const handle = await open(real, "r");
      try {
        const { buffer, bytesRead } = await handle.read(new Uint8Array(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
        if (bytesRead > MAX_BYTES) {
          throw new PluginError("UNSUPPORTED", `The file ${file} is larger than ${MAX_BYTES} bytes.`);
        }
        return new TextDecoder().decode(buffer.subarray(0, bytesRead));
      } finally {
        await handle.close();
      }
    });
  }

  async exists(file: string): Promise<boolean> {
    return (await this.stat(file)) !== null;
  }

  stat(file: string): Promise<FileFacts | null> {
    const real = this.#locate(file);
    return orNull(file, async () => {
      const facts = await stat(real);
      const kind = facts.isFile() ? "file" : facts.isDirectory() ? "directory" : "other";
      return { kind, sizeBytes: facts.size, modifiedAt: facts.mtimeMs };
    });
  }

  list(folder: string): Promise<readonly string[] | null> {
    const real = this.#locate(folder);
    return orNull(folder, async () => (await readdir(real)).toSorted());
  }

  freeBytes(file: string): Promise<number | null> {
    const real = this.#locate(file);
    return orNull(file, async () => {
      const facts = await statfs(real);
      return facts.bavail * facts.bsize;
    });
  }

  #locate(wanted: string): string {
    const normal = path.posix.normalize(wanted);
    const rule = this.rules.find((one) => covers(one, normal));
    if (!path.posix.isAbsolute(wanted) || normal !== wanted || !rule) {
      throw new PluginError("PERMISSION_DENIED", `The manifest's files do not name ${wanted}.`);
    }
    return path.join(this.#rootOf(rule), normal);
  }

  #rootOf(rule: FileRule): string {
    if (rule.rootSetting === undefined) return this.fileRoot;
    const root: unknown = Object(this.config)[rule.rootSetting];
    return typeof root === "string" && path.isAbsolute(root) ? root : this.fileRoot;
  }
}

function covers(rule: FileRule, file: string): boolean {
  if (file === rule.path) return true;
  return rule.tree === true && file.startsWith(rule.path.endsWith("/") ? rule.path : `${rule.path}/`);
}

async function orNull<Value>(file: string, look: () => Promise<Value>): Promise<Value | null> {
  try {
    return await look();
  } catch (error) {
    const code: unknown = Object(error).code;
    if (ABSENT.has(code)) return null;
    if (code === "EACCES" || code === "EPERM") {
      throw new PluginError("PERMISSION_DENIED", `The agent may not read ${file}.`, { cause: error });
    }
    throw error;
  }
}
