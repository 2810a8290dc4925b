/** Why files are refused, numbered as they come. */
export class Reasons {
  readonly #numbers = new Map<string, number>();

  number(reason: string): string {
    const known = this.#numbers.get(reason) ?? this.#numbers.size + 1;
    this.#numbers.set(reason, known);
    return String(known);
  }

  /** A numbered list. */
  list(): string {
    return [...this.#numbers].map(([reason, number]) => `${number}. ${reason}`).join('\n');
  }
}
