/**
 * Pictures and numbers that are too large or too many for calls: GET requests of the same origin, with the page's session.
 * Every number must belong to a known dataset, else the answer is 404.
 */
export const assets = {
  /** WebP, at most `size` pixels a side. */
  thumbnail: (fileId: number, size: 64 | 128 | 256 = 128) => `/assets/thumbnails/${fileId}/${size}`,
  // Images as a model would see them are at the addresses that jobs.preview gives.
  /**
   * The image as its file stores it, rows from the top, channels interleaved, little endian. Headers say how to read it:
   * {@link PIXEL_HEADERS}.
   */
  pixels: (fileId: number) => `/assets/pixels/${fileId}`,
  /** The heatmap of a score, float32, nats per pixel of the prepared image; same headers, with `type` float32. */
  map: (runId: number, fileId: number, score: string) =>
    `/assets/maps/${runId}/${fileId}/${encodeURIComponent(score)}`,
  /** WebP: a picture that `latents` told of, kept for a while. */
  latent: (number: number) => `/assets/latents/${number}`,
};

export const PIXEL_HEADERS = {
  width: 'x-width',
  height: 'x-height',
  channels: 'x-channels',
  /** So many pixels a side of the image are averaged into one: 1, but for very large images. */
  shrink: 'x-shrink',
  /** uint8, uint16, int16 or float32 */
  type: 'x-type',
  /** DICOM rescale; 1 and 0 elsewhere. */
  slope: 'x-slope',
  intercept: 'x-intercept',
  /** Window that the file asks for, or that covers all but a few of its values: shown is centre ± width / 2. */
  windowCentre: 'x-window-centre',
  windowWidth: 'x-window-width',
  /** "true" where small values are bright. */
  inverted: 'x-inverted',
} as const;
