import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { eventually } from "./harness/eventually.js";
import { whyNoDebianRoot } from "./worlds/debian-base.js";
import { CHECKOUT_INSIDE, DebianRoot } from "./worlds/debian-root.js";
import { named } from "./worlds/missing-parts.js";
import { makePackagesOld } from "./worlds/old-packages.js";

const missing = whyNoDebianRoot();
const PACKAGES = ["packagekit", "packagekit-tools", "dbus", "polkitd"];
const NODE = `${CHECKOUT_INSIDE}/node_modules/.bin/node`;
const AGENT = `${CHECKOUT_INSIDE}/agent-core/dist/main.js`;
const MANY = 10_000;
/** `Security     openssl-3.0.22-1~deb12u2.amd64 (debian-oldstable-security-main)` */
const UPDATE_LINE = /^(Normal|Security|Bug fix|Enhancement|Low|Important)\s+(\S+) \(/gm;

interface Item {
  readonly name: string;
  readonly architecture: string;
  readonly candidateVersion: string;
  readonly origin: string;
  readonly kind: string;
}

/** What a security archive calls itself, in apt's words `Debian-Security:12/oldstable-security`. */
const isSecurityArchive = (archive = ""): boolean => /^Debian-Security:|-security$/.test(archive);
const idOf = ({ name, candidateVersion, architecture }: Item): string =>
  `${name}-${candidateVersion}.${architecture}`;

describe.skipIf(missing)(named("The split into security and other is PackageKit's", missing), () => {
  let machine: DebianRoot;
  let ours: Item[];
  /** Update to what PackageKit calls it. */
  let theirs: Map<string, string>;

  const mustRun = async (...argv: string[]): Promise<string> => {
    const { code, stdout, stderr } = await machine.run(argv);
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };

  beforeAll(async () => {
    machine = await DebianRoot.boot({ hostname: "debian-packagekit", packages: PACKAGES });
    await mustRun("apt-get", "-q", "update");
    makePackagesOld(machine, MANY);
    await mustRun("mkdir", "-p", "/run/dbus");
    await mustRun("dbus-daemon", "--system", "--fork");
    const { items } = JSON.parse(await mustRun(NODE, AGENT, "scan", "--no-refresh", "--json")).sources.find(
      ({ source }: { source: string }) => source === "apt",
    );
    ours = items;
    const said = await eventually(
      "PackageKit's answer",
      () => mustRun("pkcon", "--plain", "get-updates"),
      (text) => text.search(UPDATE_LINE) >= 0,
    );
    theirs = new Map([...said.matchAll(UPDATE_LINE)].map(([, info = "", id = ""]) => [id, info]));
  }, 600_000);

  afterAll(() => machine?.stop());

  test("both list the same updates", () => {
    expect(ours.length).toBeGreaterThan(100);
    expect(ours.map(idOf).toSorted()).toEqual([...theirs.keys()].toSorted());
  });

  test("item by item, of each version's first archive, which is the only one that PackageKit looks at", () => {
    const byFirst = ours.map((item) => [idOf(item), isSecurityArchive(item.origin.split(", ")[0])]);
    const said = ours.map((item) => [idOf(item), theirs.get(idOf(item)) === "Security"]);
    expect(byFirst).toEqual(said);
    expect(said.filter(([, isSecurity]) => isSecurity).length).toBeGreaterThan(5);
  });

  test("what PackageKit calls security, so do we; beyond it only what a security archive offers as well", () => {
    const security = ours.filter(({ kind }) => kind === "SECURITY");
    const said = ours.filter((item) => theirs.get(idOf(item)) === "Security");
    expect(security).toEqual(expect.arrayContaining(said));
    const beyond = security.filter((item) => !said.includes(item));
    expect(beyond.filter(({ origin }) => !origin.split(", ").some(isSecurityArchive))).toEqual([]);
    const others = ours.filter(({ kind }) => kind !== "SECURITY");
    expect(others.filter(({ origin }) => origin.split(", ").some(isSecurityArchive))).toEqual([]);
  });
});
