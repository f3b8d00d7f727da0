import type { Call, SlotValues, TupleValue } from "@redflag/plugin-sdk";

import { runWhole, type AptContext } from "../apt-context.js";
import { parseUris } from "../parse/parse-uris.js";
import type { Transaction } from "./resolve.js";

const LOCAL_URIS = ["file:", "copy:", "cdrom:"];
const BATCH = 500;

/** What apt would still have to fetch. Unknown when apt would refuse, for example because of a hold. */
export async function measureDownload(
  context: AptContext,
  { pins }: Pick<Transaction, "pins">,
  privateIndex: boolean,
  call: Call,
): Promise<number | null> {
  return remoteBytes(context, "list-downloads", { privateIndex, packages: pins }, call);
}

/** What would have to be fetched of previous packages, so that they can be kept; 0 when that is not known. */
export async function measureFetch(
  context: AptContext,
  packages: readonly TupleValue[],
  privateIndex: boolean,
  call: Call,
): Promise<number> {
  let bytes = 0;
  for (let start = 0; start < packages.length; start += BATCH) {
    const batch = packages.slice(start, start + BATCH);
    bytes += (await remoteBytes(context, "list-previous", { privateIndex, packages: batch }, call)) ?? 0;
  }
  return bytes;
}

async function remoteBytes(
  context: AptContext,
  rule: "list-downloads" | "list-previous",
  slots: SlotValues,
  call: Call,
): Promise<number | null> {
  const result = await runWhole(context, rule, slots, call);
  if (result.exitCode !== 0) return null;
  return parseUris(result.stdout)
    .filter(({ uri }) => !LOCAL_URIS.some((scheme) => uri.startsWith(scheme)))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
