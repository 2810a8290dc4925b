import { type Ref, shallowRef, watchEffect } from 'vue';
import { imagePixels, mapPixels, pictureFailure } from '../viewport/pixel-store.ts';
import type { Pixels } from '../viewport/pixels.ts';

export interface Picture {
  readonly fileId: number;
  readonly pixels: Pixels;
}

export interface Heatmap {
  readonly fileId: number;
  readonly score: string;
  readonly pixels: Pixels;
}

export interface Pictured<T> {
  /** The last one until the next is there; null where there is none or none is wished for. */
  readonly picture: Readonly<Ref<T | null>>;
  /** A sentence where it cannot be had. */
  readonly failure: Readonly<Ref<string | null>>;
  readonly loading: Readonly<Ref<boolean>>;
}

/** The pixels of an image. */
export function useImage(wish: () => number | null): Pictured<Picture> {
  return usePicture(() => {
    const fileId = wish();
    return fileId === null ? null : imagePixels(fileId).then((pixels) => ({ fileId, pixels }));
  });
}

/** The heatmap of an image of a screening. */
export function useHeatmap(
  wish: () => { readonly runId: number; readonly fileId: number; readonly score: string } | null,
): Pictured<Heatmap> {
  return usePicture(() => {
    const wanted = wish();
    if (wanted === null) return null;
    const { runId, fileId, score } = wanted;
    return mapPixels(runId, fileId, score).then((pixels) => ({ fileId, score, pixels }));
  });
}

/** @param start what it reads reactively starts it anew; the latest start counts */
function usePicture<T>(start: () => Promise<T> | null): Pictured<T> {
  const picture = shallowRef<T | null>(null);
  const failure = shallowRef<string | null>(null);
  const loading = shallowRef(false);
  let latest: Promise<T> | null = null;
  watchEffect(() => {
    const mine = start();
    latest = mine;
    loading.value = mine !== null;
    if (mine === null) {
      picture.value = null;
      return;
    }
    mine.then(
      (came) => {
        if (latest !== mine) return;
        picture.value = came;
        failure.value = null;
        loading.value = false;
      },
      (error: unknown) => {
        if (latest !== mine) return;
        picture.value = null;
        failure.value = pictureFailure(error);
        loading.value = false;
      },
    );
  });
  return { picture, failure, loading };
}
