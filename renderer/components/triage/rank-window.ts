export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export type LoadRows<Row> = (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Row>>;

interface Held<Row> {
  rows: readonly Row[];
  /** Read before the last change: shown until it is read again. */
  stale: boolean;
}

/**
 * The part of a long list that is on screen, and somewhat more: pages are read when they come into sight, reading is given up
 * when they have left it, and only so many are kept.
 */
export class RankWindow<Row> {
  readonly #load: LoadRows<Row>;
  readonly #changed: () => void;
  readonly #pageSize: number;
  readonly #mostPages: number;
  readonly #pages = new Map<number, Held<Row>>();
  readonly #reading = new Map<number, AbortController>();
  #first = 0;
  #last = -1;
  #total: number | null = null;
  #failure: unknown = null;

  /** @param changed called when what the other members say may have changed */
  constructor(load: LoadRows<Row>, changed: () => void, { pageSize = 100, mostPages = 12 } = {}) {
    this.#load = load;
    this.#changed = changed;
    this.#pageSize = pageSize;
    this.#mostPages = mostPages;
  }

  /** Null until the first page came. */
  get total(): number | null {
    return this.#total;
  }

  /** Why the latest reading failed; null once one went well. */
  get failure(): unknown {
    return this.#failure;
  }

  at(index: number): Row | null {
    return this.#pages.get(Math.floor(index / this.#pageSize))?.rows[index % this.#pageSize] ?? null;
  }

  /** Every row that is held, with its place. */
  held(): readonly { readonly index: number; readonly row: Row }[] {
    return [...this.#pages].flatMap(([page, { rows }]) =>
      rows.map((row, index) => ({ index: page * this.#pageSize + index, row })),
    );
  }

  /** What is on screen, both ends included. */
  show(first: number, last: number): void {
    this.#first = Math.max(0, first);
    this.#last = Math.max(this.#first, last);
    const visible = this.#visible();
    for (const [page, reading] of this.#reading) if (!visible.includes(page)) reading.abort();
    for (const page of visible) {
      const held = this.#pages.get(page);
      if ((held === undefined || held.stale) && !this.#isReading(page)) void this.#read(page);
    }
  }

  /** The list changed: what is on screen is read again, the rest when it is wanted. */
  refresh(): void {
    for (const held of this.#pages.values()) held.stale = true;
    for (const reading of this.#reading.values()) reading.abort();
    this.#reading.clear();
    this.show(this.#first, this.#last);
  }

  /** Another list: no row of this one holds. Its length stands until the other's is known, so that nothing flickers. */
  clear(): void {
    for (const reading of this.#reading.values()) reading.abort();
    this.#reading.clear();
    this.#pages.clear();
    this.#failure = null;
    this.#changed();
  }

  /** Shows a change before it is read. */
  patch(change: (row: Row) => Row): void {
    for (const held of this.#pages.values()) held.rows = held.rows.map(change);
    this.#changed();
  }

  #isReading(page: number): boolean {
    return this.#reading.get(page)?.signal.aborted === false;
  }

  #visible(): number[] {
    const first = Math.floor(this.#first / this.#pageSize);
    const end = this.#total === null ? Infinity : Math.max(0, Math.ceil(this.#total / this.#pageSize) - 1);
    const last = Math.min(Math.floor(this.#last / this.#pageSize), Math.max(first, end));
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  async #read(page: number): Promise<void> {
    const reading = new AbortController();
    this.#reading.set(page, reading);
    try {
      const { total, rows } = await this.#load(page * this.#pageSize, this.#pageSize, reading.signal);
      if (reading.signal.aborted) return;
      this.#total = total;
      this.#failure = null;
      this.#pages.set(page, { rows, stale: false });
      for (const beyond of [...this.#pages.keys()]) {
        if (beyond * this.#pageSize >= total) this.#pages.delete(beyond);
      }
      this.#shrink();
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#failure = error;
    } finally {
      if (this.#reading.get(page) === reading) this.#reading.delete(page);
    }
    this.#changed();
  }

  /** Lets go of the pages farthest from what is on screen. */
  #shrink(): void {
    const middle = (this.#first + this.#last) / 2 / this.#pageSize;
    const visible = new Set(this.#visible());
    const farthest = [...this.#pages.keys()]
      .filter((page) => !visible.has(page))
      .sort((a, b) => Math.abs(b - middle) - Math.abs(a - middle));
    for (const page of farthest.slice(0, Math.max(0, this.#pages.size - this.#mostPages))) {
      this.#pages.delete(page);
    }
  }
}
