/** Pearson's correlation of the values of two images; 0 where one is constant. */
export function correlation(one: Uint8Array, other: Uint8Array): number {
  const centred = (image: Uint8Array) => {
    const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
    return Float64Array.from(image, (value) => value - mean);
  };
  const dot = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const [a, b] = [centred(one), centred(other)];
  const scale = Math.sqrt(dot(a, a) * dot(b, b));
  return scale === 0 ? 0 : dot(a, b) / scale;
}
