/**
 * W8, apt: an unchanged and a changed scan of a real Debian machine with the whole index of its release and ten, or half
 * of all installed packages pending, beside `apt list --upgradable` and `apt-get -s dist-upgrade`; the limit is a look at
 * each file of the lists.
 *
 * `node bench/w8-apt-scan.ts [rounds]` as root in a built checkout.
 */
import { CHECKOUT_INSIDE } from "../e2e/worlds/debian-root.ts";
import { makePackagesOld } from "../e2e/worlds/old-packages.ts";
import { bootAptMachine, NODE_INSIDE } from "./apt-machine.ts";

const PROGRAM = `${CHECKOUT_INSIDE}/bench/programs/scan-apt.ts`;
const rounds = process.argv[2] ?? "5";

for (const pending of [10, 60]) {
  await using machine = await bootAptMachine("bench-apt");
  makePackagesOld(machine, pending);
  const env = { REDFLAG_AGENT_STATE_DIR: "/var/lib/aggregator" };
  const { code, stdout, stderr } = await machine.run([NODE_INSIDE, PROGRAM, rounds], { env });
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode ||= code ?? 1;
}
