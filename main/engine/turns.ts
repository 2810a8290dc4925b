/** Work on one thing, each piece after the one before has ended, in the order asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // What becomes of one piece is the business of whoever asked for it, not of the next.
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
