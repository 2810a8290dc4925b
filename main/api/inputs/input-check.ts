/** Whether images are of the kind that a model was fitted on. */
import type { Preparation } from '../../ingest/preparation-settings.ts';
import { differenceText } from './difference-text.ts';
import { type Difference, differencesOf, isWarning } from './differences.ts';
import type { ImageTraits, InputProfile } from './input-profile.ts';

export interface InputCheck {
  /** Images in all. */
  readonly images: number;
  /** Those that differ in more than what is only warned of. */
  readonly misfits: number;
  /** What stands against the misfits, each a clause with its number of images, the most frequent first: "12 images are CT, …". */
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

const MOST_LISTED = 8;

const NOT_RECORDED =
  'What this model was fitted on was not recorded, so that nobody can tell whether these images are of that kind';

/** @param profile undefined for models from before it was recorded: nothing can be held against any image then */
export function checkInputs(
  profile: InputProfile | undefined,
  preparation: Preparation,
  images: readonly (ImageTraits & { readonly count: number })[],
): InputCheck {
  const all = images.reduce((sum, { count }) => sum + count, 0);
  if (profile === undefined) return { images: all, misfits: 0, reasons: [], warnings: [NOT_RECORDED] };
  const found = new Map<string, { difference: Difference; count: number }>();
  let misfits = 0;
  for (const { count, ...image } of images) {
    const differences = differencesOf(profile, preparation, image);
    if (differences.some((difference) => !isWarning(difference))) misfits += count;
    for (const difference of differences) {
      const known = found.get(keyOf(difference));
      found.set(keyOf(difference), {
        difference: known === undefined ? difference : farther(known.difference, difference),
        count: (known?.count ?? 0) + count,
      });
    }
  }
  const sentences = (warnings: boolean) =>
    listed(
      [...found.values()]
        .filter(({ difference }) => isWarning(difference) === warnings)
        .sort((a, b) => b.count - a.count)
        .map(({ difference, count }) => clause(difference, count, profile)),
    );
  return { images: all, misfits, reasons: sentences(false), warnings: sentences(true) };
}

/** A folder of a thousand kinds of images must not fill the page. */
function listed(clauses: readonly string[]): string[] {
  const more = clauses.length - MOST_LISTED;
  if (more <= 0) return [...clauses];
  return [...clauses.slice(0, MOST_LISTED), `${more.toLocaleString('en-US')} more kinds of images differ`];
}

/** Why one image does not fit, as a clause; null where it does. */
export function misfitOf(
  profile: InputProfile | undefined,
  preparation: Preparation,
  image: ImageTraits,
): string | null {
  if (profile === undefined) return null;
  const reasons = differencesOf(profile, preparation, image).filter((difference) => !isWarning(difference));
  return reasons.length === 0
    ? null
    : reasons.map((difference) => differenceText(difference, profile, 'is')).join('; it ');
}

function clause(difference: Difference, count: number, profile: InputProfile): string {
  const images = count === 1 ? '1 image' : `${count.toLocaleString('en-US')} images`;
  return `${images} ${differenceText(difference, profile, count === 1 ? 'is' : 'are')}`;
}

/** Sizes are one difference, however large; everything else is told apart. */
function keyOf(difference: Difference): string {
  switch (difference.kind) {
    case 'larger':
    case 'smaller':
      return difference.kind;
    case 'values': {
      // Whether it is windowed is not what is said of it.
      const { bits, samples } = difference.values;
      return JSON.stringify(['values', bits, samples]);
    }
    case 'modality':
    case 'colours':
    case 'window':
    case 'statistics':
    case 'family':
    case 'sequence':
      return JSON.stringify(difference);
  }
}

function farther(a: Difference, b: Difference): Difference {
  return 'factor' in a && 'factor' in b && b.factor > a.factor ? b : a;
}
