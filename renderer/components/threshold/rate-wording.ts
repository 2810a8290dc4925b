/** How often something happens, as people say it: "about 1 in 120". */
export function oneIn(rate: number): string {
  if (rate <= 0) return 'none';
  if (rate >= 1) return 'all';
  if (rate > 0.1) return `${Math.min(99, Math.max(1, Math.round(rate * 100)))} in 100`;
  return `1 in ${twoFigures(1 / rate).toLocaleString('en')}`;
}

export interface SeenRate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** What a false-alarm rate and its 95 % interval mean. */
export function rateSentence({ estimate, low, high }: SeenRate, heldOutCount: number): string {
  const normals = `${heldOutCount.toLocaleString('en')} held-out normal${heldOutCount === 1 ? '' : 's'}`;
  if (estimate <= 0) {
    return `None of the ${normals} is flagged, so that at most ${often(high, high)} normal images would be.`;
  }
  if (estimate >= 1) return `All of the ${normals} are flagged.`;
  const range =
    low <= 0 ? `at most ${often(high, high)}` : `between ${often(low, high)} and ${often(high, high)}`;
  return `About ${often(estimate, high)} normal images would be flagged, ${range}.`;
}

/** Beside a rate of more than 1 in 10, "of 100" compares better: "between 0.8 in 100 and 22 in 100". */
function often(rate: number, highest: number): string {
  if (highest <= 0.1) return oneIn(rate);
  const percent = Math.min(99, rate * 100);
  return `${percent < 1 ? Number(percent.toPrecision(1)) : Math.round(percent)} in 100`;
}

export function flaggedSentence(flagged: number, scored: number): string {
  const images = `${scored.toLocaleString('en')} image${scored === 1 ? '' : 's'}`;
  if (scored === 0) return 'No image of the screening has a score yet.';
  if (flagged === 0) return `It flags none of the ${images} of the screening.`;
  return `It flags ${flagged.toLocaleString('en')} of the ${images} of the screening (${percent(flagged / scored)}).`;
}

/** Why a threshold on few normals promises little; what to do. */
export function tooFewSentence(heldOutCount: number): string {
  const normals = `${heldOutCount.toLocaleString('en')} held-out normal${heldOutCount === 1 ? ' is' : 's are'}`;
  return (
    `${normals} too few to tell this rate from 0: the true one may be much higher. ` +
    'Fit with more normal images, or accept a higher rate.'
  );
}

/** The share that one in so many is; null for what is no such number. */
export function shareOfOneIn(text: string): number | null {
  const number = Number(text.trim().replaceAll(',', ''));
  return Number.isFinite(number) && number > 1 && text.trim() !== '' ? 1 / number : null;
}

function twoFigures(value: number): number {
  return Number(value.toPrecision(2));
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)}\u00a0%`;
}
