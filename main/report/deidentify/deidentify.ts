import { ACTIONS } from './action-table.ts';
import { OPTIONS, type ProfileOption } from './options.ts';
import { REPORTED } from './reported.ts';

export interface Attribute {
  /** "(0008,0060)" */
  readonly tag: string;
  readonly name: string;
  readonly value: string;
}

export interface Deidentification {
  readonly options: readonly ProfileOption[];
  /** Another UID in the place of one, always the same. */
  readonly remapUid: (uid: string) => string;
}

/**
 * The attributes that may leave the program, as PS3.15 E.1 says: what the profile or an option keeps, UIDs replaced. What a report is
 * not made to name is left out whatever it is, private attributes among it.
 */
export function deidentified(
  attributes: readonly Attribute[],
  { options, remapUid }: Deidentification,
): Attribute[] {
  const kept = new Set(options.map((option) => OPTIONS[option].column));
  const byKey = new Map(attributes.map((attribute) => [keyOf(attribute), attribute]));
  return REPORTED.flatMap((key): Attribute[] => {
    const attribute = byKey.get(key);
    if (attribute === undefined) return [];
    const action = ACTIONS.get(key);
    if (action === undefined || action.keptBy.some((column) => kept.has(column))) return [attribute];
    return action.basic === 'U' ? [{ ...attribute, value: remapUid(attribute.value) }] : [];
  });
}

function keyOf({ tag }: Attribute): string {
  return tag.replaceAll(/[(),]/g, '').toLowerCase();
}
