import type { Attributes } from './attributes.ts';
import { firstItem } from './modality-values.ts';

/** How an MR image was taken, of classic and of enhanced files alike. Times in milliseconds; null and empty where unknown. */
export interface MrParameters {
  readonly echo: 'spin' | 'gradient' | 'planar' | null;
  readonly isInversionRecovery: boolean;
  /** Magnetisation is prepared before each train of echoes (MP-RAGE and its like). */
  readonly isPrepared: boolean;
  readonly repetitionTime: number | null;
  readonly echoTime: number | null;
  readonly inversionTime: number | null;
  /** "T1", "FLUID_ATTENUATED", … of enhanced files (PS3.3 C.8.13.3.1.2). */
  readonly contrast: string | null;
  readonly hasContrastAgent: boolean;
  /** Shows something else than a plain weighting: a map, diffusion, vessels, a localizer, … */
  readonly isDerivedOrSpecial: boolean;
  /** Series description, then protocol name. */
  readonly description: string;
}

const SPECIAL_TYPES: ReadonlySet<string> = new Set([
  'LOCALIZER',
  'ADC',
  'DIFFUSION',
  'TRACEW',
  'FA',
  'PERFUSION',
  'FMRI',
  'PROJECTION IMAGE',
  'MIP',
  'MINIP',
  'PHASE MAP',
  'PHASE',
  'P',
  'VELOCITY',
  'VELOCITY MAP',
  'T1 MAP',
  'T2 MAP',
  'T2_STAR MAP',
  'ANGIO',
]);

/** What takes the place of an agent's name where none was given. */
const NO_AGENT = /^(no|none|non|nil|null|n\/?a|without|w\/?o|not? .*|[0\s.-]*)$/i;

/** @param groups functional groups of one frame, its own before the shared ones */
export function readMrParameters(attributes: Attributes, groups: readonly Attributes[]): MrParameters {
  const timing = firstItem(groups, 'x00189112');
  const echo = firstItem(groups, 'x00189114');
  const modifier = firstItem(groups, 'x00189115');
  const frameType = firstItem(groups, 'x00189226');
  const diffusion = firstItem(groups, 'x00189117');
  const variant = attributes.texts('x00180021');
  const sequence = attributes.texts('x00180020');
  const yes = (tag: string): boolean => isYes(attributes, tag);
  return {
    echo: echoOf(attributes, sequence),
    isInversionRecovery: sequence.includes('IR') || (modifier !== null && isYes(modifier, 'x00189009')),
    isPrepared: variant.includes('MP'),
    repetitionTime: positive(timing?.decimal('x00180080') ?? attributes.decimal('x00180080')),
    echoTime: positive(echo?.number('x00189082', 'FD') ?? attributes.decimal('x00180081')),
    inversionTime: positive(modifier?.number('x00189079', 'FD') ?? attributes.decimal('x00180082')),
    contrast: frameType?.text('x00089209') ?? attributes.text('x00089209'),
    hasContrastAgent: hasAgent(attributes, groups),
    isDerivedOrSpecial:
      [...attributes.texts('x00080008'), ...(frameType?.texts('x00089007') ?? [])].some((type) =>
        SPECIAL_TYPES.has(type.toUpperCase()),
      ) ||
      // Angio flag, phase contrast, time of flight.
      ['x00180025', 'x00189014', 'x00189015'].some(yes) ||
      // b-value of a diffusion weighting.
      ((diffusion ?? attributes).number('x00189087', 'FD') ?? 0) > 0,
    description: [attributes.text('x0008103e'), attributes.text('x00181030')]
      .filter((text) => text !== null)
      .join(' '),
  };
}

function echoOf(attributes: Attributes, sequence: readonly string[]): MrParameters['echo'] {
  if (sequence.includes('EP') || isYes(attributes, 'x00189018')) return 'planar';
  if (sequence.includes('GR')) return 'gradient';
  if (sequence.includes('SE')) return 'spin';
  const pulses = attributes.text('x00189008');
  if (pulses === 'GRADIENT') return 'gradient';
  // Inversion recovery alone reads spin echoes.
  return pulses === 'SPIN' || sequence.includes('IR') ? 'spin' : null;
}

/** By the use that the frame says, else by an agent that the file names. */
function hasAgent(attributes: Attributes, groups: readonly Attributes[]): boolean {
  // Contrast/Bolus Usage: one item for each agent.
  const usage = groups.flatMap((group) => group.items('x00189341'));
  if (usage.length > 0) return usage.some((item) => isYes(item, 'x00189342'));
  const name = attributes.text('x00180010');
  if (name !== null) return !NO_AGENT.test(name);
  return (attributes.elements.get('x00180012')?.length ?? 0) > 0;
}

function isYes(attributes: Attributes, tag: string): boolean {
  return ['YES', 'Y'].includes(attributes.text(tag)?.toUpperCase() ?? '');
}

/** 0 stands for unknown in many files. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
