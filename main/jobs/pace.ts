/** Things done and when: more than this long ago says nothing about the pace now. */
const WINDOW_MS = 10_000;

/** How fast something goes, over the last seconds. */
export class Pace {
  #marks: { at: number; total: number }[] = [{ at: performance.now(), total: 0 }];

  /** Notes that `count` more are done. @returns things per second */
  add(count: number): number {
    const now = performance.now();
    const total = (this.#marks.at(-1)?.total ?? 0) + count;
    this.#marks.push({ at: now, total });
    // The newest mark from before the window is its start.
    while (this.#marks.length > 2 && now - (this.#marks[1]?.at ?? now) >= WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0];
    if (first === undefined) return 0;
    return ((total - first.total) * 1000) / Math.max(1, now - first.at);
  }
}
