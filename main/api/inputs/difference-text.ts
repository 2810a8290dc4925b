/** Differences from what a model was fitted on, in words. */
import type { Difference } from './differences.ts';
import type { Family } from './image-family.ts';
import type { InputProfile } from './input-profile.ts';
import { bitsText, coloursText, familyText } from './input-profile-text.ts';

/** What is said of one image and of several: "is CT", "are CT". */
export type Verb = 'is' | 'are';

/** "are CT, it was fitted on MR" */
export function differenceText(difference: Difference, profile: InputProfile, verb: Verb): string {
  const [has, does] = verb === 'is' ? ['has', 'does'] : ['have', 'do'];
  switch (difference.kind) {
    case 'modality': {
      const named = profile.modalities.filter((modality) => modality !== null);
      const seen = named.length === 0 ? 'images that do not state theirs' : named.join(' and ');
      return difference.modality === null
        ? `${does} not state the modality, the model was fitted on ${seen}`
        : `${verb} of the modality ${difference.modality}, the model was fitted on ${seen}`;
    }
    case 'colours':
      return `${verb} in ${coloursText(difference.channels)}, the model was fitted on images in ${profile.channels.map(coloursText).join(' and ')}`;
    case 'values': {
      const seen = [...new Set(profile.values.map(bitsText))].join(', ');
      return `${has} ${bitsText(difference.values)} a value, the model was fitted on ${seen}`;
    }
    case 'window':
      return difference.windowed
        ? `${has} a window of ${verb === 'is' ? 'its' : 'their'} own, the model was fitted on images without`
        : `${has} no window, the model was fitted on images with one of their own`;
    case 'larger':
      return `${verb} ${factorText(difference.factor, verb)} larger than any that the model was fitted on (at most ${profile.width.largest}x${profile.height.largest} pixels)`;
    case 'smaller':
      return `${verb} ${factorText(difference.factor, verb)} smaller than any that the model was fitted on (at least ${profile.width.smallest}x${profile.height.smallest} pixels)`;
    case 'statistics':
      return `${fromFamily(difference.family, profile, verb)}, and statistics over a file are not the same there`;
    case 'family':
      return fromFamily(difference.family, profile, verb);
    case 'sequence':
      return `${verb === 'is' ? 'looks' : 'look'} like ${difference.sequence} (a guess), the model was fitted on ${profile.sequences.join(', ')}`;
  }
}

function fromFamily(family: Family, { families }: InputProfile, verb: Verb): string {
  const comes = verb === 'is' ? 'comes' : 'come';
  return `${comes} from ${familyText(family)}, the model was fitted on ${families.map(familyText).join(' and ')}`;
}

/** Of several, the farthest is meant. */
function factorText(factor: number, verb: Verb): string {
  return `${verb === 'are' ? 'up to ' : ''}${factor.toFixed(1)} times`;
}
