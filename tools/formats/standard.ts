import { samplesOf } from './images.ts';
import type { Bits, Photometric } from './images.ts';
import { isNative } from './syntaxes.ts';
import type { Coding } from './syntaxes.ts';

/** Whether PS3.5 section 8 and PS3.3 C.7.6.3 have such pixels in such a coding; files of others are damaged, if any. */
export function isInStandard(coding: Coding, photometric: Photometric, bits: Bits): boolean {
  const { allocated, stored, signed, float } = bits;
  const samples = samplesOf(photometric);
  if (float) return photometric === 'MONOCHROME2' && isNative(coding);
  if (samples > 1 && (signed || allocated === 1 || allocated === 32)) return false;
  if (photometric === 'PALETTE COLOR' && (signed || allocated === 1 || allocated === 32)) return false;
  const isPlain = samples === 1 || photometric === 'RGB' || photometric === 'YBR_FULL';
  switch (coding) {
    case 'implicit':
    case 'explicit':
    case 'big':
    case 'deflated':
    case 'in-pieces':
      return !['YBR_PARTIAL_420', 'YBR_RCT', 'YBR_ICT', 'XYB'].includes(photometric);
    case 'rle':
      return isPlain;
    case 'jpeg-baseline':
    case 'jpeg-arithmetic':
    case 'jpeg-hierarchical':
      return isOfJpeg(photometric) && allocated === 8 && !signed;
    case 'jpeg-extended':
    case 'jpeg-spectral':
    case 'jpeg-progressive':
      return (
        isOfJpeg(photometric) && !signed && (stored === 8 || stored === 12) && (samples === 1 || stored === 8)
      );
    case 'jpeg-lossless':
    case 'jpeg-lossless-1':
    case 'jpeg-ls':
      return isPlain && (allocated === 8 || allocated === 16);
    case 'jpeg-ls-near':
      return isPlain && photometric !== 'PALETTE COLOR' && (allocated === 8 || allocated === 16);
    case 'jpeg-2000':
    case 'htj2k':
    case 'htj2k-rpcl':
      return (isPlain || photometric === 'YBR_RCT') && allocated !== 1;
    case 'jpeg-2000-lossy':
    case 'htj2k-lossy':
      return (
        (isPlain || photometric === 'YBR_ICT') &&
        photometric !== 'PALETTE COLOR' &&
        (allocated === 8 || allocated === 16)
      );
    case 'other':
      return (
        allocated === 8 &&
        !signed &&
        ['MONOCHROME2', 'RGB', 'YBR_FULL_422', 'YBR_PARTIAL_420', 'XYB'].includes(photometric)
      );
  }
}

function isOfJpeg(photometric: Photometric): boolean {
  return ['MONOCHROME1', 'MONOCHROME2', 'RGB', 'YBR_FULL', 'YBR_FULL_422'].includes(photometric);
}
