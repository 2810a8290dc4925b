const USUAL = new Set(['normal', 'normals', 'good', 'ok', 'healthy', 'nominal', 'inlier', 'negative']);

/** Which labels most likely stand for normal images: by the usual words, else none, as guessing wrong turns a curve round. */
export function guessNormal(labels: readonly string[]): string[] {
  return labels.filter((label) => USUAL.has(label.trim().toLowerCase()));
}

/** Curves need both: normal images, and others. */
export function canCompare(labels: readonly string[], normal: readonly string[]): boolean {
  const chosen = labels.filter((label) => normal.includes(label));
  return chosen.length > 0 && chosen.length < labels.length;
}
