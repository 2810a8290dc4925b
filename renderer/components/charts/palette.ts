/** Dashes tell series apart for those who cannot tell the colours. */
export type Dash = 'solid' | 'dashed' | 'dotted';

export interface SeriesLook {
  readonly colour: string;
  readonly dash: Dash;
}

/**
 * Okabe and Ito's colours, safe for colour-blind readers, darkened or lightened until each has a contrast of 3:1 with the
 * surface that it is drawn on.
 */
const LIGHT = ['#0068a8', '#c24e00', '#007a5a', '#9c4a86', '#7a6200', '#46505c'] as const;
const DARK = ['#5bb8f0', '#f0a04b', '#3ccba0', '#e39ac8', '#d8cb5a', '#b4bcc6'] as const;
const DASHES: readonly Dash[] = ['solid', 'dashed', 'dotted'];

/** How the series of a number, from 0, looks: eighteen differ from each other. */
export function seriesLook(index: number, dark: boolean): SeriesLook {
  const colours = dark ? DARK : LIGHT;
  const turn = Math.floor(index / colours.length) % DASHES.length;
  return { colour: colours[index % colours.length] ?? colours[0], dash: DASHES[turn] ?? 'solid' };
}
