import { expect, test } from "vitest";

import type { ToyPackage } from "../../../../e2e/worlds/apt-toy-packages.js";
import { parseNeedrestart } from "../parse/parse-needrestart.js";
import { describeApt } from "../testing/apt-suite.js";
import { installPlan, planPackages } from "../testing/apt-world.js";

const ESCAPES = String.raw`\033]52;c;ZWNobyBoaQ==\007\033]0;title\007\033[2J\rgone`;
const PACKAGES: readonly ToyPackage[] = [
  { name: "toy-preinst", version: "1.0" },
  { name: "toy-preinst", version: "2.0", preinst: ["echo preinst: no >&2", "exit 3"] },
  { name: "toy-prerm", version: "1.0", prerm: ["exit 4"] },
  { name: "toy-prerm", version: "2.0", prerm: ['[ "$1" != failed-upgrade ] || exit 5'] },
  { name: "toy-debconf", version: "1.0" },
  {
    name: "toy-debconf",
    version: "2.0",
    postinst: ['echo "frontend=$DEBIAN_FRONTEND"', 'if read -r line; then exit 6; fi; echo "no input"'],
  },
  { name: "toy-escape", version: "1.0" },
  { name: "toy-escape", version: "2.0", postinst: [`printf '${ESCAPES}\\n'`, `printf '${ESCAPES}\\n' >&2`] },
  { name: "toy-noisy", version: "1.0" },
  { name: "toy-noisy", version: "2.0", postinst: ["yes 'a line of output' | head -n 200000"] },
];

describeApt("maintainer scripts that fail, ask or shout", PACKAGES, (world) => {
  const installBeside = async (name: string) => {
    const { context } = await world.freshRoot({}, [`${name}=1.0`]);
    const { events, receipt } = await installPlan(context, await planPackages(context, [name, "toy-native"]));
    const item = receipt.items.find(({ key }) => key === name);
    const other = receipt.items.find(({ key }) => key === "toy-native");
    const lines = events.flatMap((event) => (event.type === "output" ? [event.line] : []));
    return { item, other, receipt, lines };
  };

  test("a preinst that fails leaves the old version, which works, and is told in its words", async () => {
    const { item, receipt, lines } = await installBeside("toy-preinst");
    expect(item).toMatchObject({ outcome: "unchanged", fromVersion: "1.0", toVersion: "1.0" });
    expect(item?.message).toContain("preinst");
    expect(receipt.outcome).not.toBe("succeeded");
    expect(lines).toContain("preinst: no");
  });

  test("a prerm of old and new that fail keep the old version from going", async () => {
    const { item } = await installBeside("toy-prerm");
    expect(item?.outcome).not.toBe("installed");
    expect(item).toMatchObject({ toVersion: "1.0" });
    expect(item?.message).toMatch(/prerm|old .* package/);
  });

  test("a question finds no input and no frontend", async () => {
    const { item, lines } = await installBeside("toy-debconf");
    expect(item).toMatchObject({ outcome: "installed" });
    expect(lines).toContain("frontend=noninteractive");
    expect(lines).toContain("no input");
  });

  test("B5 escapes in the output stay in its lines and reach no name, version or message", async () => {
    const { item, other, receipt, lines } = await installBeside("toy-escape");
    expect(lines.some((line) => line.includes("\u001b]52"))).toBe(true);
    expect([item?.outcome, other?.outcome]).toEqual(["installed", "installed"]);
    expect(JSON.stringify(receipt)).not.toMatch(/\\u001b|\\u0007|\\r/);
  });

  test("B7 a script that never stops talking is heard to its end and judged all the same", async () => {
    const { item, other } = await installBeside("toy-noisy");
    expect([item?.outcome, other?.outcome]).toEqual(["installed", "installed"]);
  });
});

test("needrestart's batch output: services, kernel, and anything else is nothing", () => {
  const text =
    "NEEDRESTART-VER: 3.6\nNEEDRESTART-KCUR: 6.1\nNEEDRESTART-KSTA: 3\nNEEDRESTART-SVC: b.service\nNEEDRESTART-SVC: a.service\n";
  expect(parseNeedrestart(text)).toEqual({ services: ["a.service", "b.service"], kernel: true });
  expect(parseNeedrestart("NEEDRESTART-VER: 3.6\nNEEDRESTART-KSTA: 1\n")).toEqual({
    services: [],
    kernel: false,
  });
  expect(parseNeedrestart("NEEDRESTART-VER: 3.6\nNEEDRESTART-KSTA: 0\n")).toEqual({
    services: [],
    kernel: null,
  });
  expect(parseNeedrestart("Scanning processes...\n")).toBeNull();
});
