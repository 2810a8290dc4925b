/** What a preparation does, in the words of model cards, reports and refusals. */
import { AS_THE_FILE_SAYS, type Intensity } from '../../ingest/intensity-settings.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';

/** "crop 64x64 grey, window -150 to 250" */
export function describe(preparation: Preparation): string {
  const { fit, width, height, channels, intensity = AS_THE_FILE_SAYS } = preparation;
  const overlap = preparation.fit === 'tile' ? ` with an overlap of ${preparation.overlap}` : '';
  const colours = channels === 1 ? 'grey' : 'colour';
  return `${fit} ${width}x${height} ${colours}${overlap}, ${intensityText(intensity)}`;
}

function intensityText(intensity: Intensity): string {
  switch (intensity.kind) {
    case 'file':
      return 'values as each file says';
    case 'window':
      return `window ${intensity.low} to ${intensity.high}`;
    case 'percentile':
      return `percentiles ${intensity.low} to ${intensity.high} of each ${intensity.over}'s foreground`;
    case 'z-score':
      return `z-scores -${intensity.deviations} to ${intensity.deviations} of each ${intensity.over}'s foreground`;
  }
}
