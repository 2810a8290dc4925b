/**
 * The 8-connected regions of a mask, in the order of their first pixels.
 * @param mask `[height, width]`; anything but 0 is inside
 * @returns the pixels of each region, by index into the mask
 */
export function connectedComponents(mask: Uint8Array, height: number, width: number): number[][] {
  const seen = new Uint8Array(mask.length);
  const regions: number[][] = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    seen[start] = 1;
    const region = [start];
    // The region is its own queue: what is appended is visited in turn.
    for (const pixel of region) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const other = row * width + column;
          if (mask[other] === 0 || seen[other] === 1) continue;
          seen[other] = 1;
          region.push(other);
        }
      }
    }
    regions.push(region);
  }
  return regions;
}
