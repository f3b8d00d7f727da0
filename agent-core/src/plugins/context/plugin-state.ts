import { stat } from "node:fs/promises";
import { type JsonValue, PluginError, type State } from "@redflag/plugin-sdk";
import { readFileIfThere, writeFileAtomically } from "../../state/atomic-file.js";

const MAX_BYTES = 1024 * 1024;

type Values = ReadonlyMap<string, JsonValue>;

/**
 * One JSON file that belongs to one plugin. A command line and the agent beside it have the same file, one of them at a
 * time, so what is known of it is only as good as the file is old.
 */
export class PluginState implements State {
  #known: { readonly mark: string; readonly values: Values } | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(readonly file: string) {}

  async get(key: string): Promise<JsonValue | undefined> {
    return (await this.#load()).get(key);
  }

  set(key: string, value: JsonValue): Promise<void> {
    return this.#change((values) => values.set(key, structuredClone(value)));
  }

  delete(key: string): Promise<void> {
    return this.#change((values) => values.delete(key));
  }

  #change(edit: (values: Map<string, JsonValue>) => void): Promise<void> {
    const result = this.#tail.then(async () => {
      const values = new Map(await this.#load());
      edit(values);
      const text = JSON.stringify(Object.fromEntries(values));
      if (Buffer.byteLength(text) > MAX_BYTES) {
        throw new PluginError("UNSUPPORTED", "The plugin's state would grow beyond 1 MiB.");
      }
      await writeFileAtomically(this.file, text);
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #load(): Promise<Values> {
    const mark = await markOf(this.file);
    if (this.#known?.mark !== mark) this.#known = { mark, values: await this.#read() };
    return this.#known.values;
  }

  /** A damaged file counts as empty: the state is a cache of the plugin's, never the truth about the machine. */
  async #read(): Promise<Values> {
    const text = await readFileIfThere(this.file);
    if (text === undefined) return new Map();
    try {
      return new Map(Object.entries(JSON.parse(text) as Record<string, JsonValue>));
    } catch {
      return new Map();
    }
  }
}

/** Every write makes another file, so this names one text of it. */
async function markOf(file: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(file, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch (error) {
    if (Object(error).code === "ENOENT") return "none";
    throw error;
  }
}
