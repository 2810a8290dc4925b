/**
 * From places on an image to CSS pixels of what shows it: x' = a x + c y + e, y' = b x + d y + f. The corner of the first pixel
 * is (0, 0), its centre (0.5, 0.5).
 */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** A whole image of that size in the middle of a box, as large as it fits. */
export function fitted(
  image: { readonly width: number; readonly height: number },
  box: { readonly width: number; readonly height: number },
): Affine {
  const scale = Math.min(box.width / image.width, box.height / image.height);
  return {
    a: scale,
    b: 0,
    c: 0,
    d: scale,
    e: (box.width - image.width * scale) / 2,
    f: (box.height - image.height * scale) / 2,
  };
}

/** The place on the image that lies under a point; null where the image has no extent. */
export function placeUnder(
  { a, b, c, d, e, f }: Affine,
  x: number,
  y: number,
): { x: number; y: number } | null {
  const area = a * d - b * c;
  if (area === 0) return null;
  return { x: (d * (x - e) - c * (y - f)) / area, y: (a * (y - f) - b * (x - e)) / area };
}
