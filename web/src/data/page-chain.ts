import type { CombinedError } from "@urql/core";

/** The part of a Relay connection that a list needs. */
export interface Connection {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What a page's query says now. */
export interface PageResult<Page> {
  readonly page: Page | null;
  readonly error?: CombinedError | undefined;
}

/** How one page is asked for: `watch` keeps answering while the cache changes, `reload` asks the server again. */
export interface PageSource<Page> {
  watch(after: string | null, next: (result: PageResult<Page>) => void): () => void;
  reload(after: string | null): void;
}

/** What the list shows. */
export interface ChainSnapshot<Page extends Connection> {
  readonly rows: Page["nodes"];
  /** The first page, for its totals; null before it came. */
  readonly first: Page | null;
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  /** Set when a page could not be loaded and there is nothing older to show for it. */
  readonly error: CombinedError | undefined;
}

interface Link<Page> {
  readonly after: string | null;
  page: Page | null;
  error: CombinedError | undefined;
  isLoading: boolean;
  stop: () => void;
}

/**
 * Pages of a keyset list that stay live: every loaded page is watched, and when a page's end moves, the page after it is
 * asked for again from the new end, so that rows that come and go leave neither gaps nor doubles.
 */
export class PageChain<Page extends Connection> {
  readonly #source: PageSource<Page>;
  readonly #listeners = new Set<() => void>();
  #links: Link<Page>[] = [];
  #wanted = 1;
  #snapshot: ChainSnapshot<Page> = {
    rows: [],
    first: null,
    isLoading: true,
    hasMore: false,
    error: undefined,
  };

  constructor(source: PageSource<Page>) {
    this.#source = source;
  }

  readonly snapshot = (): ChainSnapshot<Page> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to watch the first page and as many more as were wanted before. */
  start(): void {
    if (this.#links.length === 0) this.#open(0, null);
  }

  /** Stops watching; what was loaded stays in the snapshot. */
  stop(): void {
    this.#cut(0);
  }

  /** Loads one more page when there is one and none is on its way. */
  readonly more = (): void => {
    const last = this.#links.at(-1);
    if (!last || last.isLoading || !last.page?.pageInfo.hasNextPage) return;
    this.#wanted = this.#links.length + 1;
    this.#open(this.#links.length, last.page.pageInfo.endCursor);
    this.#publish();
  };

  /** Asks the server for every loaded page again. */
  readonly reload = (): void => {
    for (const link of this.#links) {
      link.error = undefined;
      this.#source.reload(link.after);
    }
  };

  #open(index: number, after: string | null): void {
    this.#cut(index);
    const link: Link<Page> = { after, page: null, error: undefined, isLoading: true, stop: () => undefined };
    this.#links.push(link);
    link.stop = this.#source.watch(after, (result) => this.#receive(link, result));
  }

  #receive(link: Link<Page>, result: PageResult<Page>): void {
    const index = this.#links.indexOf(link);
    if (index < 0) return;
    link.isLoading = false;
    link.page = result.page ?? link.page;
    link.error = link.page ? undefined : result.error;
    const info = link.page?.pageInfo;
    const next = this.#links[index + 1];
    if (!info?.hasNextPage) this.#cut(index + 1);
    else if (next ? next.after !== info.endCursor : index + 1 < this.#wanted)
      this.#open(index + 1, info.endCursor);
    this.#publish();
  }

  #cut(from: number): void {
    for (const link of this.#links.splice(from)) link.stop();
  }

  #publish(): void {
    const rows = new Map<string, Page["nodes"][number]>();
    for (const row of this.#links.flatMap((link) => link.page?.nodes ?? [])) rows.set(row.id, row);
    this.#snapshot = {
      rows: [...rows.values()],
      first: this.#links[0]?.page ?? null,
      isLoading: this.#links.some((link) => link.isLoading),
      hasMore: this.#links.at(-1)?.page?.pageInfo.hasNextPage ?? false,
      error: this.#links.find((link) => link.error)?.error,
    };
    for (const listener of this.#listeners) listener();
  }
}
