/**
 * An async generator that waits cannot be returned from outside: `return()` stands in line behind the wait.
 * So the abort comes first and ends the wait, then the generator.
 */
export function endWhenReturned<T>(
  source: AsyncGenerator<T, void, void>,
  ended: AbortController,
): AsyncGenerator<T, void, void> {
  return {
    next: () => source.next(),
    return: (value) => {
      ended.abort();
      return source.return(value);
    },
    throw: (error: unknown) => {
      ended.abort();
      return source.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}
