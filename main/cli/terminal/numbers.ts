const fourDigits = new Intl.NumberFormat('en-US', {
  minimumSignificantDigits: 4,
  maximumSignificantDigits: 4,
  useGrouping: false,
});

/** A score with 4 significant digits, never in powers of ten: scores are compared by eye. */
export function scoreText(value: number): string {
  return fourDigits.format(value);
}

/** 0.9312 → "93.1 %". */
export function percentText(share: number, decimals = 1): string {
  return `${(share * 100).toFixed(decimals)} %`;
}

/** "1 image", "2 images", "12,345 images". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** A duration as a person says it: "40 s", "3 min", "2 h 10 min". */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return whole < 600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
