import type { MrSequence } from './stored-image.ts';

const OTHER =
  /\b(loc(ali[sz]er)?|scout|survey|pilot|dwi|adc|trace|diff\w*|dti|ep2d\w*|epi|bold|fmri|asl|swi|swan|susc\w*|t2 ?(\*|star|s\b)\w*|t2\w*gre|perf\w*|dsc|dce|tof|mra|mrv|angio\w*|pd\w*|proton|stir|field ?map\w*|spectro\w*|csi|phase|mip|t[12] ?(rho|map\w*)|map(ping)?|subtraction|sub)(?= |$)/;
const FLAIR = /\b(t2)?flair\w*|\bdark ?fl(uid)?\b|\btirm\b.*\bdark\b/;
const T1 = /\bt1|\bmp ?rage\b|\b(f|ir)?spgr\b|\bbravo\b/;
const T2 = /\bt2/;
const WITH_CONTRAST =
  /(\+ ?(c|gd|gado?|km|contrast)\b)|\b(post|gd|gado?|gadolinium|contrast|km|mdc|t1 ?c|t1 ?ce|t1 ?gd|t1w ?ce|ce|enhanced)\b|\bc ?\+/;
const WITHOUT_CONTRAST = /\b(pre|without|wo|non|no|sans|ohne|nativ|native|plain|unenhanced)\b/;

/**
 * The weighting of an MR image that the name of its series, its protocol or its file gives; null for none, and for a name of
 * something else.
 */
export function sequenceOfName(description: string): MrSequence | null {
  // Words end where letters, digits, * and + do not go on.
  const name = description
    .toLowerCase()
    .replaceAll(/w\/o/g, 'wo')
    .replaceAll(/[^a-z0-9+*]+/g, ' ')
    .trim();
  if (OTHER.test(name)) return null;
  // There are T1 images with suppressed fluid.
  if (FLAIR.test(name)) return /\bt1/.test(name) ? 'T1' : 'FLAIR';
  if (T1.test(name)) {
    return WITH_CONTRAST.test(name) && !WITHOUT_CONTRAST.test(name) ? 'T1 with contrast' : 'T1';
  }
  return T2.test(name) ? 'T2' : null;
}
