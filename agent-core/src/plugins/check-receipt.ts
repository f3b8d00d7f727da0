import * as v from "valibot";
import { moment, name, text } from "./check-output.js";

/** The fields of one package's line. */
export const RECEIPT_ITEM = {
  key: name(255),
  name: name(255),
  arch: v.exactOptional(name(64)),
  fromVersion: v.nullable(name(255)),
  toVersion: v.nullable(name(255)),
  role: v.picklist(["selected", "also-installed", "also-removed"]),
  outcome: v.picklist(["installed", "removed", "unchanged", "failed"]),
  message: v.exactOptional(text(4_000)),
};

/** What an installation or a rollback did. */
export const RECEIPT = v.object({
  planId: name(128),
  planDigest: name(128),
  source: name(64),
  startedAt: moment,
  finishedAt: moment,
  outcome: v.picklist(["succeeded", "partial", "failed"]),
  items: v.pipe(v.array(v.object(RECEIPT_ITEM)), v.maxLength(30_000)),
  token: text(64 * 1024),
});
