import { InvalidArgumentError } from 'commander';

/** A parser of a whole number that is at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Give a whole number of at least ${least}.`);
  };
}

/** A share between 0 and 1, both excluded; "1%" is 0.01. */
export function share(text: string): number {
  const [, digits, percent] = /^([0-9.eE+-]+)\s*(%?)$/.exec(text.trim()) ?? [];
  const value = digits === undefined ? NaN : Number(digits) / (percent === '%' ? 100 : 1);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Give a share between 0 and 1, such as 0.01 or 1%.');
}

/** A side of the images that a detector sees: it halves them three times. */
export function side(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0 && value % 8 === 0) return value;
  throw new InvalidArgumentError('Give a multiple of 8, such as 64.');
}
