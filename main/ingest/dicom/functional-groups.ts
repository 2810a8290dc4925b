import type { Attributes } from './attributes.ts';

/** The functional groups of each frame (PS3.3 C.7.6.16.1), its own before the shared ones; none where a file is not enhanced. */
export function functionalGroups(attributes: Attributes): (frame: number) => readonly Attributes[] {
  const shared = attributes.items('x52009229').slice(0, 1);
  const own = attributes.items('x52009230');
  return (frame) => {
    const frameGroups = own[frame];
    return frameGroups ? [frameGroups, ...shared] : shared;
  };
}
