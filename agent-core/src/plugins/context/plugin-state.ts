import { type JsonValue, PluginError, type State } from "@redflag/plugin-sdk";
import { readFileIfThere, writeFileAtomically } from "../../state/atomic-file.js";

const MAX_BYTES = 1024 * 1024;

/** One JSON file that belongs to one plugin. */
export class PluginState implements State {
  #values: Promise<Map<string, JsonValue>> | undefined;
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
      this.#values = Promise.resolve(values);
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  #load(): Promise<Map<string, JsonValue>> {
    this.#values ??= this.#read();
    return this.#values;
  }

  /** A damaged file counts as empty: the state is a cache of the plugin's, never the truth about the machine. */
  async #read(): Promise<Map<string, JsonValue>> {
    const text = await readFileIfThere(this.file);
    if (text === undefined) return new Map();
    try {
      return new Map(Object.entries(JSON.parse(text) as Record<string, JsonValue>));
    } catch {
      return new Map();
    }
  }
}
