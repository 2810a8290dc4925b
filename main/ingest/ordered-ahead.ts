/**
 * Runs `work` on the items of `source`, at most `limit` at a time, and yields the results in the order of
 * the source. No more than `limit` results exist at once. Closing the generator early closes the source
 * and waits for the work under way, so that nothing is left running.
 * @throws whatever `source` or `work` throws, at that item's turn
 */
export async function* orderedAhead<T, R>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const pending: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = work(item);
      // A failure is reported at its turn below; until then Node must not call it unhandled.
      result.catch(() => undefined);
      pending.push(result);
      if (pending.length >= limit) yield* takeFirst(pending);
    }
    while (pending.length > 0) yield* takeFirst(pending);
  } finally {
    await Promise.allSettled(pending);
  }
}

async function* takeFirst<R>(pending: Promise<R>[]): AsyncGenerator<R, void, undefined> {
  const [first] = pending.splice(0, 1);
  if (first) yield await first;
}
