import { projectorsOf } from "../compose.js";
import type { ReadSettings } from "../config/read-settings.js";
import { rebuild } from "../events/rebuild.js";
import { verify } from "../events/verify.js";
import { modules } from "../modules.js";
import { withDatabase } from "./with-database.js";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** `redflag events rebuild`: makes all state anew from the log. */
export async function runRebuild(settings: ReadSettings): Promise<void> {
  await withDatabase(settings, async (database) => {
    const { events, tables } = await rebuild(database, projectorsOf(modules));
    for (const { table, removed, written } of tables) {
      if (removed + written > 0) print(`${table}: ${removed} rows removed, ${written} written`);
    }
    print(`${events} events replayed.`);
  });
}

/** `redflag events verify`: compares state and log; exit code 1 when they differ. */
export async function runVerify(settings: ReadSettings): Promise<void> {
  await withDatabase(settings, async (database) => {
    const { events, tables, differences } = await verify(database, projectorsOf(modules));
    for (const { table, onlyInState, onlyInLog, examples } of differences) {
      print(`${table}: ${onlyInState} rows only in the state, ${onlyInLog} only in the log`);
      for (const { onlyIn, row } of examples) print(`  only in the ${onlyIn}: ${JSON.stringify(row)}`);
    }
    const verdict = differences.length === 0 ? "agree" : "differ; `redflag events rebuild` makes them agree";
    print(`${events} events replayed; ${tables.length} tables and the log ${verdict}.`);
    if (differences.length > 0) process.exitCode = 1;
  });
}
