interface Entry<Value> {
  readonly promise: Promise<Value>;
  readonly abort: AbortController;
  size: number;
}

/**
 * Keeps what was loaded, the latest used longest, up to a total size. A load that failed or was dropped is forgotten, so that
 * asking again loads again. Asking twice at once loads once.
 */
export class Kept<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #most: number;
  readonly #sizeOf: (value: Value) => number;
  #total = 0;

  /** @param most what all kept values may measure together by `sizeOf`; the latest is kept even if it alone is larger */
  constructor(most: number, sizeOf: (value: Value) => number = () => 1) {
    this.#most = most;
    this.#sizeOf = sizeOf;
  }

  get(key: string, load: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.promise;
    }
    const abort = new AbortController();
    const entry: Entry<Value> = { abort, size: 0, promise: load(abort.signal) };
    this.#entries.set(key, entry);
    entry.promise.then(
      (value) => {
        if (this.#entries.get(key) !== entry) return;
        entry.size = this.#sizeOf(value);
        this.#total += entry.size;
        this.#shrink(key);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.promise;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Forgets what `which` picks; what is still loading is given up. */
  drop(which: (key: string) => boolean): void {
    for (const key of [...this.#entries.keys()]) if (which(key)) this.#forget(key);
  }

  #shrink(latest: string): void {
    for (const [key, { size }] of [...this.#entries]) {
      if (this.#total <= this.#most) return;
      if (size > 0 && key !== latest) this.#forget(key);
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#total -= entry.size;
    entry.abort.abort();
  }
}
