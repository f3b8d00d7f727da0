import { whyNoDebianRoot } from "../e2e/worlds/debian-base.ts";
import { CHECKOUT_INSIDE, DebianRoot } from "../e2e/worlds/debian-root.ts";

/** The bundled Node as it is named inside a machine. */
export const NODE_INSIDE = `${CHECKOUT_INSIDE}/node_modules/.bin/node`;

/** A hundred services that do nothing, each with a program and libraries as an ordinary one has them. */
const SERVICES = `
import apt_pkg, os, signal
for _ in range(100):
    if os.fork() == 0:
        break
signal.pause()
`;

/** Boots a real Debian machine with the whole index of its release and a hundred processes. Needs root. */
export async function bootAptMachine(hostname: string): Promise<DebianRoot> {
  const missing = whyNoDebianRoot();
  if (missing) throw new Error(`This benchmark ${missing}.`);
  const root = await DebianRoot.boot({ hostname });
  const { code, stderr } = await root.run(["apt-get", "-q", "update"]);
  root.start(["/usr/bin/python3", "-c", SERVICES]);
  if (code === 0) return root;
  await root.stop();
  throw new Error(`apt-get update ended with ${code}:\n${stderr}`);
}
