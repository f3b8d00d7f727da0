import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Journal } from "../journal/journal.js";
import { sampleCommand } from "./sample-command.js";

/**
 * Run by a test on a small disk: accepts commands until the disk is full, makes room, accepts one more, opens the journal
 * again, and prints the error and what is known then.
 */
const folder = process.argv[2] ?? "";
const file = path.join(folder, "journal.log");
const room = path.join(folder, "room");
writeFileSync(room, Buffer.alloc(8_192));
const { journal } = await Journal.open(file, Date.now);
let accepted = 0;
let message = "";
while (message === "") {
  try {
    journal.accept(sampleCommand({ id: `cmd_${accepted}` }));
    accepted += 1;
  } catch (error) {
    message = String(error);
  }
}
const refused = journal.find(`cmd_${accepted}`);
rmSync(room);
journal.accept(sampleCommand({ id: "cmd_after" }));
journal.close();
const again = await Journal.open(file, Date.now);
const answer = {
  message,
  isRefusedKnown: refused !== undefined,
  isEachKept: again.journal.unfinished().length === accepted + 1,
  isUndamaged: again.damagedFile === undefined,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
