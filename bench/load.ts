import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** One request of a load: a GraphQL operation, or what a baseline takes for one. */
export interface LoadRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly accessToken?: string;
}

/** What is sent, and where to. */
export interface LoadOrder {
  readonly url: string;
  readonly requests: readonly LoadRequest[];
}

/** What came of it. */
export type LoadResult = { readonly milliseconds: number } | { readonly problem: string };

/** Something that waits before the clock starts. */
export interface PreparedLoad {
  /** Sends everything and returns how long that took, in milliseconds. Any refusal is an error. */
  run(): Promise<number>;
}

const PROGRAM = path.join(import.meta.dirname, "programs/send-load.ts");

/** Sends requests from a process of its own, which writes them down and compresses them before the clock starts. */
export class LoadGenerator implements Disposable {
  readonly #child: ChildProcess = fork(PROGRAM);

  async prepare(order: LoadOrder): Promise<PreparedLoad> {
    await this.#ask(order);
    return {
      run: async () => {
        const result = (await this.#ask("go")) as LoadResult;
        if ("problem" in result) throw new Error(result.problem);
        return result.milliseconds;
      },
    };
  }

  [Symbol.dispose](): void {
    this.#child.disconnect();
  }

  async #ask(message: LoadOrder | "go"): Promise<unknown> {
    const answer = once(this.#child, "message");
    this.#child.send(message);
    const [told] = (await answer) as [unknown];
    return told;
  }
}
