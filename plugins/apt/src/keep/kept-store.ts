import { PluginError, type Call, type JsonValue, type SlotValues } from "@redflag/plugin-sdk";
import { createHash } from "node:crypto";

import { readTool, runWhole, type AptContext } from "../apt-context.js";
import type { RuleName } from "../command-rules.js";
import { classifyFailure } from "../parse/classify-failure.js";
import { parseDebFileName, type Deb } from "./deb-file.js";

/** Where packages are collected before they are kept under the name of a plan. */
export const INCOMING = "incoming";

const KEY = "kept";
const CHECKSUM_CHARS = 64;
const MAX_LOGGED_CHARS = 500;

/** What is remembered of the packages that one installation left behind for its rollback. */
export interface KeptFolder {
  readonly [field: string]: JsonValue;
  /** Milliseconds since the epoch. */
  readonly keptAt: number;
  readonly bytes: number;
  /** {@link digestOf} of the files, so that a file that was changed since is never installed. */
  readonly digest: string;
  /** Keys of packages that go away with the installation and that somebody had asked for. */
  readonly manual: readonly string[];
}

/** One file of a kept folder. */
export interface KeptFile {
  readonly folder: string;
  readonly deb: Deb;
  readonly sizeBytes: number;
}

/** Folder (the id of the plan) to what is remembered of it. */
export async function readKept({ state }: AptContext): Promise<ReadonlyMap<string, KeptFolder>> {
  const value = (await state.get(KEY)) ?? {};
  return new Map(Object.entries(value as Readonly<Record<string, KeptFolder>>));
}

/** Replaces what is remembered. @throws PluginError `UNSUPPORTED` when the store has no room left */
export async function writeKept({ state }: AptContext, kept: ReadonlyMap<string, KeptFolder>): Promise<void> {
  await state.set(KEY, Object.fromEntries(kept));
}

/** The files in folders that are remembered; a folder that nobody remembers cannot be trusted. */
export async function listKept(context: AptContext, call: Call): Promise<KeptFile[]> {
  const known = await readKept(context);
  return known.size === 0 ? [] : (await listFiles(context, call)).filter(({ folder }) => known.has(folder));
}

/** Folders that are there without being remembered, such as those of a plugin whose state was lost. */
export async function listForgotten(context: AptContext, call: Call): Promise<string[]> {
  const known = await readKept(context);
  const folders = new Set((await listFiles(context, call)).map(({ folder }) => folder));
  return [...folders].filter((folder) => !known.has(folder));
}

async function listFiles(context: AptContext, call: Call): Promise<KeptFile[]> {
  const { exitCode, stdout, stderr } = await runWhole(context, "list-kept", {}, call);
  if (exitCode !== 0) {
    call.log.warn("the kept packages cannot all be listed", { stderr: stderr.slice(0, MAX_LOGGED_CHARS) });
  }
  return stdout.split("\n").flatMap((line) => {
    const [file = "", size = ""] = line.split("\t");
    const [folder = "", fileName = ""] = file.split("/");
    const deb = parseDebFileName(fileName);
    return deb === null ? [] : [{ folder, deb, sizeBytes: Number(size) }];
  });
}

/** File name to SHA-256 in hex of all packages in a folder. */
export async function hashFolder(
  context: AptContext,
  folder: string,
  call: Call,
): Promise<ReadonlyMap<string, string>> {
  const text = await readTool(context, "hash-kept", { folder }, call);
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => [line.slice(line.lastIndexOf("/") + 1), line.slice(0, CHECKSUM_CHARS)] as const),
  );
}

/** SHA-256 over names and checksums of a folder's files. */
export function digestOf(checksums: ReadonlyMap<string, string>): string {
  const lines = [...checksums].map(([fileName, checksum]) => `${fileName} ${checksum}`);
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

/**
 * Runs a rule that only copies, moves or removes files of the store.
 *
 * @throws PluginError `DISK_FULL`, or as apt's failures are classified
 */
export async function keepFiles(
  context: AptContext,
  rule: RuleName,
  slots: SlotValues,
  call: Call,
): Promise<void> {
  const result = await runWhole(context, rule, slots, call);
  if (result.exitCode === 0) return;
  const failure = classifyFailure(rule, result);
  if (!result.stderr.includes("No space left on device")) throw failure;
  throw new PluginError("DISK_FULL", failure.message);
}

/** Removes folders and what is remembered of them. */
export async function dropKept(context: AptContext, folders: readonly string[], call: Call): Promise<void> {
  if (folders.length === 0) return;
  const kept = new Map(await readKept(context));
  for (const folder of folders) kept.delete(folder);
  await writeKept(context, kept);
  await keepFiles(context, "drop-kept", { folders }, call);
}
