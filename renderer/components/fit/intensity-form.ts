import { CT_WINDOWS, Intensity, SOFT_TISSUE } from '../../../preload/contract.ts';

/** What is filled in, of every way: nothing is lost by looking at another. */
export interface IntensityForm {
  way: 'auto' | Intensity['kind'];
  windowLow: number;
  windowHigh: number;
  percentLow: number;
  percentHigh: number;
  deviations: number;
  over: 'image' | 'file';
}

export const WAYS = [
  { value: 'auto', title: 'Chosen from the images' },
  { value: 'file', title: 'As each file says' },
  { value: 'window', title: 'A fixed window of values' },
  { value: 'percentile', title: 'Between percentiles' },
  { value: 'z-score', title: 'By mean and deviation' },
] as const;

/** When to use which. */
export const EXPLAINED: Readonly<Record<IntensityForm['way'], string>> = {
  auto: '',
  file: 'For photographs, camera images and radiographs: black and white are what the file declares, or its own window.',
  window:
    'For CT, and for cameras that measure: the same value is the same grey in every image. Values outside are cut off.',
  percentile:
    'For MR and other values without a unit: what is darker and brighter than the percentiles is cut off, the background left aside.',
  'z-score':
    'For MR of one protocol: values are measured in standard deviations from the mean of the foreground.',
};

export const OVER = [
  { value: 'file', title: 'All images of a file together' },
  { value: 'image', title: 'Each image by itself' },
] as const;

export function intensityForm(): IntensityForm {
  return {
    way: 'auto',
    windowLow: SOFT_TISSUE.low,
    windowHigh: SOFT_TISSUE.high,
    percentLow: 0.5,
    percentHigh: 99.5,
    deviations: 3,
    over: 'file',
  };
}

/** Null where it is left to the program; undefined where what is filled in cannot be used. */
export function intensityOf(form: IntensityForm): Intensity | null | undefined {
  return form.way === 'auto' ? null : Intensity.safeParse(fieldsOf(form)).data;
}

function fieldsOf({ way, windowLow, windowHigh, percentLow, percentHigh, deviations, over }: IntensityForm) {
  switch (way) {
    case 'auto':
    case 'file':
      return { kind: way };
    case 'window':
      return { kind: way, low: windowLow, high: windowHigh };
    case 'percentile':
      return { kind: way, low: percentLow, high: percentHigh, over };
    case 'z-score':
      return { kind: way, deviations, over };
  }
}

/** The window of CT that is filled in; null for one of one's own. */
export function namedWindow({ windowLow, windowHigh }: IntensityForm): string | null {
  return CT_WINDOWS.find(({ low, high }) => low === windowLow && high === windowHigh)?.name ?? null;
}
