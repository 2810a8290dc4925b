import { type ShallowReactive, onScopeDispose, shallowReactive } from 'vue';
import { type Shortcut, isChord, keysOf } from '../shortcuts.ts';

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** What the help overlay lists: the frame's own first, then those of the view on screen. */
export const shortcutGroups: ShallowReactive<ShortcutGroup[]> = shallowReactive([]);

/** Keys that work while the component is there. Of two that want the same key, the later registered gets it. */
export function useShortcuts(shortcuts: readonly Shortcut[], title = 'This view'): void {
  const group = { title, shortcuts };
  shortcutGroups.push(group);
  onScopeDispose(() => {
    const at = shortcutGroups.indexOf(group);
    if (at >= 0) shortcutGroups.splice(at, 1);
  });
}

/** Sends the presses of the whole window to the shortcuts. Called once, at the start. */
export function listenForShortcuts(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || isForFocused(event)) return;
    for (const { shortcuts } of [...shortcutGroups].reverse()) {
      const wanted = shortcuts.find((shortcut) => keysOf(shortcut).some((chord) => isChord(chord, event)));
      if (wanted === undefined) continue;
      event.preventDefault();
      wanted.run(event);
      return;
    }
  });
}

const TYPED_INTO = 'input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, select';
const OPERATED =
  'button, a[href], summary, [role=button], [role=menuitem], [role=option], [role=tab], [role=slider]';

/** Whether the press belongs to what has the focus: a field that is typed into, a dialog, a button that Enter presses. */
function isForFocused({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches(TYPED_INTO)) return true;
  if (target.closest('.v-overlay__content') !== null) return true;
  const moves = key.startsWith('Arrow') || key === 'Home' || key === 'End';
  if (moves) return target.matches('[role=slider], [role=tab], [role=radio], input');
  return (key === 'Enter' || key === ' ') && target.matches(`${OPERATED}, input`);
}
