import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { StartupError } from "../startup-error.js";
import { BUNDLED_MAJOR } from "./binaries.js";
import { explainFailure } from "./explain-failure.js";
import { makePrivateFolder, type Layout } from "./layout.js";
import { runTool } from "./run-tool.js";
import type { Identity } from "./run-as.js";

/** Name of the database and of its owner. */
export const DATABASE_NAME = "redflag";

const HALF_MADE = "data.half-";

/** What is needed to make or check the data folder. */
export interface DataFolderInput {
  layout: Layout;
  native: string;
  identity: Identity | undefined;
  durable: boolean;
  signal: AbortSignal;
}

/**
 * Makes sure of a usable PostgreSQL data folder and says whether it was made now. It is made beside its place
 * and renamed when complete, so an interrupted first start leaves nothing that looks like a database.
 * Throws {@link StartupError} `DATA_FOLDER_DAMAGED` for a folder that holds something else.
 */
export async function ensureDataFolder(input: DataFolderInput): Promise<boolean> {
  const { layout } = input;
  await removeHalfMade(layout);
  const entries = await readdir(layout.data).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (entries.length > 0) {
    await checkVersion(layout);
    return false;
  }
  const half = path.join(layout.home, `${HALF_MADE}${newSuffix()}`);
  await makePrivateFolder(half, input.identity);
  await runInitdb(half, input);
  await createDatabase(half, input);
  await rm(layout.data, { recursive: true, force: true });
  await rename(half, layout.data);
  await syncFolder(layout.home);
  return true;
}

/** The new name must survive a power cut as well as what lies under it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkVersion(layout: Layout): Promise<void> {
  const version = await readFile(path.join(layout.data, "PG_VERSION"), "utf8").catch(() => undefined);
  if (version === undefined) {
    throw new StartupError(
      "DATA_FOLDER_DAMAGED",
      `The folder ${layout.data} is not empty but holds no PostgreSQL database (PG_VERSION is missing): restore it from a backup, or move it away to start empty.`,
    );
  }
  if (version.trim() !== String(BUNDLED_MAJOR)) {
    throw new StartupError(
      "DATA_FOLDER_DAMAGED",
      `The folder ${layout.data} belongs to PostgreSQL "${version.trim()}" but this RedFlag brings version ${BUNDLED_MAJOR}: move the data with pg_dump, or start the RedFlag version that made it.`,
    );
  }
}

/**
 * A killed start's initdb may live on for a moment and still write. Its folder gets a name that it does not
 * know, and what cannot be removed yet is left to the next start.
 */
async function removeHalfMade(layout: Layout): Promise<void> {
  const halves = (await readdir(layout.home)).filter((name) => name.startsWith(HALF_MADE));
  for (const name of halves) {
    const doomed = path.join(layout.home, `${HALF_MADE}${newSuffix()}`);
    await rename(path.join(layout.home, name), doomed);
    await rm(doomed, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(() => {});
  }
}

function newSuffix(): string {
  return randomBytes(6).toString("hex");
}

async function runInitdb(half: string, input: DataFolderInput): Promise<void> {
  const argv: [string, ...string[]] = [
    path.join(input.native, "bin", "initdb"),
    `--pgdata=${half}`,
    `--username=${DATABASE_NAME}`,
    // The 0700 socket folder is the door; there is no other way in.
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(input.durable ? [] : ["--no-sync"]),
  ];
  await runOrExplain(argv, half, input);
}

/** PostgreSQL's single-user mode makes the database before any server has run on the folder. */
async function createDatabase(half: string, input: DataFolderInput): Promise<void> {
  const argv: [string, ...string[]] = [
    path.join(input.native, "bin", "postgres"),
    "--single",
    "-j",
    "-D",
    half,
    ...(input.durable ? [] : ["-F"]),
    "postgres",
  ];
  await runOrExplain(argv, half, input, `create database ${DATABASE_NAME};\n`);
}

async function runOrExplain(
  argv: [string, ...string[]],
  half: string,
  input: DataFolderInput,
  stdin?: string,
): Promise<void> {
  const { identity, signal } = input;
  const options = { identity, signal, cwd: half, ...(stdin === undefined ? {} : { input: stdin }) };
  const result = await runTool(argv, options).catch((error: unknown) => {
    throw explainFailure("Making the database folder failed", { error, identity });
  });
  if (result.exitCode === 0 && !/^.*(FATAL|ERROR|PANIC):/m.test(result.output)) return;
  throw explainFailure("Making the database folder failed", { output: result.output, identity });
}
