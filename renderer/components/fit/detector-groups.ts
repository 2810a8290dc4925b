import type { DetectorSummary, Need, Needs } from '../../../preload/contract.ts';

export interface DetectorGroup {
  readonly title: string;
  readonly detectors: readonly DetectorSummary[];
}

const TITLES = {
  pixels: 'How likely the pixels are',
  features: 'How usual the features of an encoder are',
  exposure: 'With images that stand for anomalies',
} as const;
type Kind = keyof typeof TITLES;

/** By what they look at; within a group in the order in which they come, the one to try first at the front. */
export function detectorGroups(detectors: readonly DetectorSummary[]): DetectorGroup[] {
  const kinds: readonly Kind[] = ['pixels', 'features', 'exposure'];
  return kinds.flatMap((kind) => {
    const own = detectors.filter((detector) => kindOf(detector) === kind);
    return own.length === 0 ? [] : [{ title: TITLES[kind], detectors: own }];
  });
}

function kindOf({ needs }: DetectorSummary): Kind {
  if (needs.exposure === 'required') return 'exposure';
  return needs.encoder === 'none' ? 'pixels' : 'features';
}

const NAMES: readonly (readonly [keyof Needs, string])[] = [
  ['classes', 'a label of each'],
  ['encoder', 'an encoder'],
  ['general', 'general images'],
  ['exposure', 'images that stand for anomalies'],
  ['generalModel', 'a general model'],
];

/** "Normal images and an encoder; general images if you have some." */
export function needsText(needs: Needs): string {
  const named = (need: Need) => NAMES.filter(([name]) => needs[name] === need).map(([, text]) => text);
  const either = named('one-of').join(' or ');
  const all = ['Normal images', ...named('required'), ...(either === '' ? [] : [either])];
  const optional = named('optional');
  return `${listed(all, 'and')}${optional.length === 0 ? '' : `; better with ${listed(optional, 'or')}`}.`;
}

function listed(parts: readonly string[], last: string): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} ${last} ${parts.at(-1) ?? ''}`;
}

/** What else to know before choosing it. */
export function mannerText({ kind, hasMaps }: DetectorSummary): string {
  const how = kind === 'computed' ? 'Computed in one go, without training' : 'Trained step by step';
  return `${how}; ${hasMaps ? 'shows where, with heatmaps' : 'judges the image as a whole, without heatmaps'}.`;
}
