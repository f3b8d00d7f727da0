import { expect, test } from "vitest";

import { type Connection, PageChain, type PageResult } from "./page-chain.js";

const SIZE = 2;

/** A server with keyset pages over sorted names, and every page that is watched. */
function createServer(names: string[]) {
  const watched = new Map<string | null, (result: PageResult<Connection>) => void>();
  const answer = (after: string | null): PageResult<Connection> => {
    const rest = names.toSorted().filter((name) => after === null || name > after);
    const nodes = rest.slice(0, SIZE).map((id) => ({ id }));
    return {
      page: { nodes, pageInfo: { hasNextPage: rest.length > SIZE, endCursor: nodes.at(-1)?.id ?? null } },
    };
  };
  const chain = new PageChain<Connection>({
    watch: (after, next) => {
      watched.set(after, next);
      next(answer(after));
      return () => watched.delete(after);
    },
    reload: (after) => watched.get(after)?.(answer(after)),
  });
  chain.start();
  const shown = () =>
    chain
      .snapshot()
      .rows.map(({ id }) => id)
      .join("");
  return { chain, names, watched, shown };
}

test("more pages are loaded only when they are wanted and exist", () => {
  const { chain, shown } = createServer(["a", "b", "c", "d", "e"]);
  expect([shown(), chain.snapshot().hasMore]).toEqual(["ab", true]);
  chain.more();
  chain.more();
  chain.more();
  expect([shown(), chain.snapshot().hasMore]).toEqual(["abcde", false]);
});

test.each([
  ["a row comes in", (names: string[]) => names.push("aa")],
  ["a row goes", (names: string[]) => names.splice(1, 1)],
  ["a row at the end of a page goes", (names: string[]) => names.splice(3, 1)],
])("no row is missing or double after a reload when %s", (_, change) => {
  const { chain, names, shown } = createServer(["a", "b", "c", "d", "e", "f"]);
  chain.more();
  chain.more();
  change(names);
  chain.reload();
  chain.more();
  expect(shown()).toBe(names.toSorted().join(""));
});

test("pages that no longer exist are let go", () => {
  const { chain, names, watched, shown } = createServer(["a", "b", "c", "d", "e"]);
  chain.more();
  chain.more();
  names.splice(2);
  chain.reload();
  expect([shown(), watched.size]).toEqual(["ab", 1]);
});

test("old rows outlive an error, and an error without rows is told", () => {
  const { chain, watched, shown } = createServer(["a"]);
  watched.get(null)?.({ page: null, error: new Error("offline") as never });
  expect([shown(), chain.snapshot().error]).toEqual(["a", undefined]);
  const empty = new PageChain<Connection>({
    watch: (_, next) => {
      next({ page: null, error: new Error("offline") as never });
      return () => undefined;
    },
    reload: () => undefined,
  });
  empty.start();
  expect(empty.snapshot()).toMatchObject({ rows: [], isLoading: false, error: { message: "offline" } });
});

test("it can be stopped and started again", () => {
  const { chain, watched, shown } = createServer(["a", "b", "c"]);
  chain.more();
  chain.stop();
  expect(watched.size).toBe(0);
  chain.start();
  expect(shown()).toBe("abc");
});
