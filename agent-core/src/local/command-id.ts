import { createHash, randomBytes } from "node:crypto";

/** A new command id, `cmd_` and a UUIDv7: what is made later at one machine sorts later. */
export function newCommandId(now: number): string {
  return idOf(now, randomBytes(16));
}

/** Another id for a command that has one already: of the same time, and the same however often it is asked for. */
export function secondCommandId(commandId: string): string {
  const time = Number.parseInt(commandId.slice("cmd_".length).replace("-", "").slice(0, 12), 16);
  return idOf(
    Number.isFinite(time) ? time : 0,
    createHash("sha256").update(commandId).digest().subarray(0, 16),
  );
}

function idOf(time: number, bytes: Buffer): string {
  bytes.writeUIntBE(time, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `cmd_${parts.join("-")}`;
}
