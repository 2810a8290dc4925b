import type { Need, Needs } from '../../../models/detectors/method.ts';

const NEEDS: readonly (readonly [keyof Needs, string])[] = [
  ['general', 'a broad set of other images'],
  ['generalModel', 'a general model'],
  ['exposure', 'images that stand for anomalies'],
  ['encoder', 'an encoder'],
  ['classes', 'labels of their kinds'],
];

/** "normal images and an encoder; takes a general model". */
export function needsText(needs: Needs): string {
  const named = (need: Need) => NEEDS.filter(([name]) => needs[name] === need).map(([, text]) => text);
  const optional = named('optional');
  const either = named('one-of').join(' or ');
  const all = ['normal images', ...named('required'), ...(either === '' ? [] : [either])].join(' and ');
  return optional.length === 0 ? all : `${all}; takes ${optional.join(' and ')}`;
}
