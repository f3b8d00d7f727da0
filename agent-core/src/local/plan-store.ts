import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { type Plan, planDigest } from "@redflag/plugin-sdk";
import { readFileIfThere, writeFileAtomically } from "../state/atomic-file.js";
import type { StateFolder } from "../state/state-folder.js";

const SHORTEST = 8;
const DIGEST = /^[0-9a-f]{8,64}$/;

/** Plans that were shown at this machine, one file each, so that exactly one of them can be installed later. */
export class PlanStore {
  constructor(readonly folder: StateFolder) {}

  /** Keeps a plan until it expires; older ones that have expired go. */
  async save(plan: Plan, now: number): Promise<void> {
    await writeFileAtomically(this.folder.plan(plan.digest), `${JSON.stringify(plan)}\n`);
    for (const known of await this.#readAll()) {
      if (Date.parse(known.expiresAt) < now) await rm(this.folder.plan(known.digest), { force: true });
    }
  }

  /** The plan with this digest, or with a digest that begins so. Undefined when there is not exactly one. */
  async find(digest: string): Promise<Plan | undefined> {
    if (!DIGEST.test(digest)) return undefined;
    const [found, ...more] = (await this.#readAll()).filter((plan) => plan.digest.startsWith(digest));
    return more.length === 0 ? found : undefined;
  }

  async #readAll(): Promise<Plan[]> {
    const folder = path.dirname(this.folder.plan("any"));
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(
      names.filter((name) => !name.startsWith(".")).map((name) => readFileIfThere(path.join(folder, name))),
    );
    return texts.flatMap((text) => parsePlan(text ?? "") ?? []);
  }
}

/** How much of a digest names a plan for people. */
export function shortDigest(digest: string): string {
  return digest.slice(0, SHORTEST + 4);
}

/** Undefined when the file is damaged or its content is not what its digest says. */
function parsePlan(text: string): Plan | undefined {
  try {
    const plan = JSON.parse(text) as Plan;
    return planDigest(plan) === plan.digest ? plan : undefined;
  } catch {
    return undefined;
  }
}
