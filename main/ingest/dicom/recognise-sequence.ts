import { sequenceOfName } from '../sequence-of-name.ts';
import type { Acquisition } from '../stored-image.ts';
import type { MrParameters } from './mr-parameters.ts';

/**
 * Guesses the weighting of an MR image of the head from how it was taken and, failing that, from what its series is called.
 * Null for every other sequence, and wherever neither tells: a wrong guess is worse than none. Bounds in milliseconds, for
 * 1.5 and 3 T: wide enough for the usual protocols (Bernstein, King, Zhou: Handbook of MRI Pulse Sequences, 2004, chapters
 * 14 to 17), with gaps between the weightings.
 */
export function recogniseSequence(mr: MrParameters): Acquisition['sequence'] {
  if (mr.isDerivedOrSpecial) return null;
  const said = sequenceOfName(mr.description);
  const taken = fromAttributes(mr);
  switch (taken) {
    case 'other':
      return null;
    case 'unknown':
      if (said === null) return null;
      return {
        name: said === 'T1' && mr.hasContrastAgent ? 'T1 with contrast' : said,
        from: 'description',
      };
    case 'T1':
      if (mr.hasContrastAgent) return { name: 'T1 with contrast', from: 'attributes' };
      // Agents are often left out of the attributes, and named in the description alone.
      if (said === 'T1 with contrast') return { name: said, from: 'description' };
      return { name: 'T1', from: 'attributes' };
    case 'T2':
      // Without an inversion time, nothing but the name tells a suppressed fluid.
      if (said === 'FLAIR') return { name: said, from: 'description' };
      return { name: 'T2', from: 'attributes' };
    case 'FLAIR':
      return { name: 'FLAIR', from: 'attributes' };
  }
}

/** 'other' is known to be none of these; 'unknown' may be any. */
type Taken = 'FLAIR' | 'T1' | 'T2' | 'other' | 'unknown';

function fromAttributes(mr: MrParameters): Taken {
  switch (mr.contrast) {
    case 'T1':
    case 'T2':
      return mr.contrast;
    case 'FLUID_ATTENUATED':
      return 'FLAIR';
    case null:
    case 'UNKNOWN':
    case 'MIXED':
      break;
    // Diffusion, perfusion, proton density, short tau inversion, T2 star, …
    default:
      return 'other';
  }
  switch (mr.echo) {
    // Echo-planar images are of diffusion, perfusion or function.
    case 'planar':
      return 'other';
    case 'spin':
      return ofSpinEcho(mr);
    case 'gradient':
      return ofGradientEcho(mr);
    case null:
      return 'unknown';
  }
}

function ofSpinEcho({ repetitionTime, echoTime, inversionTime, isInversionRecovery }: MrParameters): Taken {
  if (echoTime === null || repetitionTime === null) return 'unknown';
  if (isInversionRecovery || inversionTime !== null) {
    if (inversionTime === null) return echoTime >= 70 && repetitionTime >= 4000 ? 'FLAIR' : 'unknown';
    if (inversionTime >= 1500) return echoTime >= 70 ? 'FLAIR' : 'unknown';
    if (inversionTime >= 400 && inversionTime <= 1200 && echoTime <= 40) return 'T1';
    // Short inversion times suppress fat.
    return inversionTime < 300 ? 'other' : 'unknown';
  }
  if (repetitionTime <= 1000 && echoTime <= 30) return 'T1';
  if (repetitionTime >= 2000 && echoTime >= 70) return 'T2';
  // Proton density.
  return repetitionTime >= 2000 && echoTime <= 40 ? 'other' : 'unknown';
}

/** Localizers and angiograms are gradient echoes too: only an inversion before them makes T1 sure. */
function ofGradientEcho({ echoTime, inversionTime, isPrepared, isInversionRecovery }: MrParameters): Taken {
  if (echoTime === null || echoTime > 10) return 'unknown';
  const isInverted = isPrepared || isInversionRecovery;
  return isInverted && inversionTime !== null && inversionTime >= 300 && inversionTime <= 1300
    ? 'T1'
    : 'unknown';
}
