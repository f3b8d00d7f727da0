import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

const PAGES = globSync(["*.md", "docs/**/*.md", "plugins/*/*.md"], {
  cwd: ROOT,
  exclude: ["**/node_modules/**"],
}).toSorted();

/** The files that read the environment of the server, the agent and the supervisor. */
const CONFIGURATION = globSync(
  [
    "api/src/main.ts",
    "api/src/config/**/*.ts",
    "agent-core/src/main.ts",
    "agent-core/src/config/**/*.ts",
    "tools/start/settings.mjs",
  ],
  { cwd: ROOT },
).filter((file) => !file.endsWith(".test.ts"));

const VARIABLE = "(?:REDFLAG|SERVER|DATABASE|AGENT)_[A-Z_]*[A-Z]";

function environmentInCode(): string[] {
  const used = new RegExp(
    `(?:["'\`]|\\benv(?:ironment)?\\.|^\\s*)(${VARIABLE})\\b(?=["'\`:;,)\\]\\s?.])`,
    "gm",
  );
  const names = CONFIGURATION.flatMap((file) =>
    [...read(file).matchAll(used)].map((match) => match[1] ?? ""),
  );
  return [...new Set(names)].toSorted();
}

const environmentIn = (page: string): string[] =>
  [
    ...new Set(
      [...read(page).matchAll(new RegExp(`\`(${VARIABLE})(?:=\\d)?\``, "g"))].map((match) => match[1] ?? ""),
    ),
  ].toSorted();

/** The anchors of a page, the way a forge makes them from headings. */
function anchorsOf(page: string): string[] {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(PAGES)("every relative link of %s leads somewhere", (page) => {
  const prose = read(page).replaceAll(/^```[\s\S]*?^```/gm, "");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  const dead = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = path.join(path.dirname(page), file || path.basename(page));
    if (!existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test("every operation that access.md shows is one that the API takes", () => {
  const schema = buildSchema(read("schema.graphql"));
  const page = read("docs/access.md");
  const places = [
    /^```graphql\n([\s\S]*?)^```/gm,
    /= `((?:query|mutation)[\s\S]*?)`;/g,
    /"query": "(.*?)"\}/g,
  ];
  const shown = places.flatMap((place) => [...page.matchAll(place)].map((match) => match[1] ?? ""));
  expect(shown.length).toBeGreaterThan(7);
  expect(shown.flatMap((text) => validate(schema, parse(text)).map(({ message }) => message))).toEqual([]);
});

test("every environment variable of the README is read by the code", () => {
  expect(environmentInCode()).toEqual(expect.arrayContaining(environmentIn("README.md")));
});

test("every environment variable that the code reads is described", () => {
  const pages = ["README.md", "docs/configuration.md", "docs/agent.md", "docs/architecture.md"];
  const described = new Set(pages.flatMap(environmentIn));
  expect(environmentInCode().filter((name) => !described.has(name))).toEqual([]);
});

test("every path of the map in CONTRIBUTING exists", () => {
  const map = /```\n([\s\S]*?)```/.exec(read("CONTRIBUTING.md"))?.[1] ?? "";
  let room = "";
  const missing: string[] = [];
  for (const line of map.split("\n")) {
    const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
    if (indent === "") room = name.endsWith("/") ? name : "";
    const file = indent === "" ? name : path.join(room, name);
    if (name && !name.includes("<") && !existsSync(path.join(ROOT, file))) missing.push(file);
  }
  expect(missing).toEqual([]);
});

test("the decisions are all in the index, numbered without a gap", () => {
  const files = globSync("docs/adr/[0-9]*.md", { cwd: ROOT })
    .map((file) => path.basename(file))
    .toSorted();
  expect([...read("docs/adr/README.md").matchAll(/\]\((\d+-[^)]+)\)/g)].map((match) => match[1])).toEqual(
    files,
  );
  expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_file, index) => index + 1));
  for (const file of files) {
    expect(read(`docs/adr/${file}`)).toMatch(
      /^# \d+\. .+\n[\s\S]*## Context\n[\s\S]*## Decision\n[\s\S]*## Consequences\n/,
    );
  }
});

test("the licence is the official text", async () => {
  const { createHash } = await import("node:crypto");
  expect(createHash("md5").update(read("LICENSE")).digest("hex")).toBe("eb1e647870add0502f8f010b19de32af");
});
