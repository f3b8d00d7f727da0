import type { EntityManager } from "@mikro-orm/postgresql";
import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "./database.js";
import { runSql, type Executor, type Tx } from "./sql.js";
import { isConflict, isConnectionLost } from "./sql-errors.js";

/** How a transaction is run. */
export interface TransactionOptions {
  /**
   * How often the whole function may run again after a conflict or a lost connection; 0 says that it is not
   * safe to run twice (it has effects outside the database). Default 3.
   */
  retries?: number;
  /** Default "read committed". */
  isolation?: "read committed" | "repeatable read" | "serializable";
  /** Ends the waiting between two attempts; a statement under way is not cancelled. */
  signal?: AbortSignal;
  /** Source of the jitter, 0 ≤ x < 1. */
  random?: () => number;
}

/** The connection broke during commit and the outcome could not be found out. Ask before doing it again. */
export class CommitOutcomeUnknownError extends Error {
  override readonly name = "CommitOutcomeUnknownError";
}

interface Attempt {
  committing: boolean;
  transactionId: string | undefined;
  afterCommit: (() => void)[];
}

const BASE_DELAY_MS = 15;

/**
 * Runs `run` in one transaction of its own and returns what it returns. Entity changes are flushed before
 * commit; whatever `run` throws rolls everything back and is thrown on.
 *
 * Serialization failures (40001), deadlocks (40P01) and connections lost before commit (57P01–57P03, 08…)
 * start `run` again from the beginning, so it must read everything it decides on from `tx` and touch nothing
 * outside. When the connection breaks during commit, the transaction's id (noted by `append`) is looked up:
 * a committed one counts as done, an aborted one is run again.
 */
export async function inTransaction<T>(
  database: Database,
  run: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { retries = 3, random = Math.random, signal } = options;
  for (let attemptNumber = 0; ; attemptNumber += 1) {
    const attempt: Attempt = { committing: false, transactionId: undefined, afterCommit: [] };
    const outcome: { value?: T } = {};
    try {
      await runOnce(database, attempt, outcome, run, options);
      runAfterCommit(database, attempt);
      return outcome.value as T;
    } catch (error) {
      const lost = isConnectionLost(error);
      if (attempt.committing && lost && (await wasCommitted(database, attempt, error))) {
        runAfterCommit(database, attempt);
        return outcome.value as T;
      }
      // Another attempt would only wait for as long again.
      if (lost && database.availability.state === "silent") throw error;
      if (attemptNumber >= retries || !(lost || isConflict(error))) throw error;
      database.log.debug({ err: error, attemptNumber }, "Transaction is run again");
    }
    await delay(BASE_DELAY_MS * 2 ** attemptNumber * (0.5 + random()), undefined, { signal });
  }
}

async function runOnce<T>(
  database: Database,
  attempt: Attempt,
  outcome: { value?: T },
  run: (tx: Tx) => Promise<T>,
  options: TransactionOptions,
): Promise<void> {
  // kysely's `transaction()` gives the connection back even when ROLLBACK fails on a dead one; the controlled
  // transactions behind `em.transactional` do not, and would drain the pool when the server restarts.
  const builder = database.orm.em
    .getConnection()
    .getClient()
    .transaction()
    .setIsolationLevel(options.isolation ?? "read committed");
  const failure: { cause?: unknown } = {};
  try {
    await builder.execute(async (transaction) => {
      const em = database.fork();
      em.setTransactionContext(transaction);
      try {
        outcome.value = await run(openTx(em, transaction, attempt));
        await em.flush();
      } catch (error) {
        failure.cause = error;
        throw error;
      } finally {
        em.resetTransactionContext();
        em.clear();
      }
      attempt.committing = true;
    });
  } catch (error) {
    // A rollback on a dead connection fails too, and must not hide why the transaction failed.
    throw failure.cause ?? error;
  }
}

function openTx(em: EntityManager, transaction: Executor, attempt: Attempt): Tx {
  return {
    em,
    query: (text, values, name) => runSql(transaction, text, values, name),
    afterCommit: (run) => void attempt.afterCommit.push(run),
    noteTransactionId: (xid8) => {
      attempt.transactionId = xid8;
    },
  };
}

function runAfterCommit(database: Database, attempt: Attempt): void {
  for (const run of attempt.afterCommit) {
    try {
      run();
    } catch (error) {
      database.log.error({ err: error }, "Work after a commit failed");
    }
  }
}

/** Without an id nothing was appended: such a transaction is left to the ordinary retry. */
async function wasCommitted(database: Database, attempt: Attempt, cause: unknown): Promise<boolean> {
  if (attempt.transactionId === undefined) return false;
  for (let wait = 50; wait <= 3200; wait *= 2) {
    await delay(wait);
    const status = await database
      .query<{ status: string | null }>("select pg_xact_status($1::xid8) as status", [attempt.transactionId])
      .then((rows) => rows[0]?.status)
      .catch((error: unknown) => {
        if (!isConnectionLost(error)) throw error;
      });
    if (status === "committed") return true;
    if (status === "aborted") return false;
  }
  throw new CommitOutcomeUnknownError(
    "The database connection broke while committing, and the outcome could not be found out within 6 s.",
    { cause },
  );
}
