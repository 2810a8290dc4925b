/** Enough for a few looks; a picture has the size that a model sees. */
const MOST_PICTURES = 200;

/** Pictures that were made for a window and are fetched by number. The oldest go first; numbers start anew with each program. */
export class KeptPictures {
  readonly #pictures = new Map<number, Uint8Array<ArrayBuffer>>();
  #last = 0;

  /** @returns its number */
  keep(webp: Uint8Array<ArrayBuffer>): number {
    this.#last += 1;
    this.#pictures.set(this.#last, webp);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > MOST_PICTURES && oldest !== undefined) this.#pictures.delete(oldest);
    return this.#last;
  }

  get(number: number): Uint8Array<ArrayBuffer> | undefined {
    return this.#pictures.get(number);
  }
}
