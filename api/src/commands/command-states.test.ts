import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandStates, commandTransitions, findTransition, type CommandState } from "./command-states.js";

const states = Object.keys(commandStates) as CommandState[];

test("what has ended stays as it is", () => {
  const ended = states.filter((state) => commandStates[state].hasEnded);
  expect(commandTransitions.filter(({ from }) => from !== null && ended.includes(from))).toEqual([]);
});

test("every state can be reached, and every state that has not ended can end", () => {
  const reachable = new Set(commandTransitions.flatMap(({ to }) => to));
  expect([...reachable].toSorted()).toEqual(states.toSorted());
  for (const from of states.filter((state) => !commandStates[state].hasEnded)) {
    const ends = commandTransitions.filter((row) => row.from === from).flatMap(({ to }) => to);
    expect(ends.some((state) => commandStates[state].hasEnded)).toBe(true);
  }
});

test("one event leads out of one state in one way", () => {
  for (const state of states) {
    for (const attempt of [0, 1]) {
      for (const { event } of commandTransitions) {
        const fitting = commandTransitions.filter(
          (row) =>
            row.event === event &&
            row.from === state &&
            (row.only === undefined || row.only === (attempt > 0 ? "handed-over" : "new")),
        );
        expect(fitting.length).toBeLessThanOrEqual(1);
        expect(findTransition(event, { state, attempt })).toBe(fitting[0]);
      }
    }
  }
});

test("only what was never handed over is cancelled without asking the agent", () => {
  expect(findTransition("command.finished", { state: "QUEUED", attempt: 0 })?.to).not.toContain("SUCCEEDED");
  expect(findTransition("command.cancel_requested", { state: "QUEUED", attempt: 0 })).toBeUndefined();
  expect(findTransition("command.cancel_requested", { state: "QUEUED", attempt: 1 })).toBeDefined();
});

test("docs/commands.md shows exactly these transitions", () => {
  const page = readFileSync(new URL("../../../docs/commands.md", import.meta.url), "utf8");
  const shown = page
    .split("\n")
    .filter((row) => /^\| (command|agent)\./.test(row))
    .map((row) => row.replaceAll(/ +/g, " "));
  const only = { new: " (new)", "handed-over": " (handed over)" } as const;
  const rows = commandTransitions.map((row) => {
    const from = row.from === null ? "–" : `${row.from}${row.only ? only[row.only] : ""}`;
    return `| ${row.event} | ${from} | ${row.to.join(", ")} |`;
  });
  expect(shown).toEqual(rows);
});
