/** What a key press is told by; a KeyboardEvent of the page is one. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export interface Shortcut {
  /** "j", "?", "Shift+ArrowDown", "Ctrl+z" (Command on a Mac); several where any of them will do. */
  readonly keys: string | readonly string[];
  /** What it does, for the help: "Flag the case". */
  readonly label: string;
  run(press: KeyPress): void;
}

/** The keys of a numbered choice; the help shows the first and the last. */
export const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export const keysOf = ({ keys }: Shortcut): readonly string[] => (typeof keys === 'string' ? [keys] : keys);

/** "Ctrl+z" as its modifiers and its key; "+" itself may be the key. */
function partsOf(chord: string): { readonly modifiers: readonly string[]; readonly key: string } {
  const [, modifiers, key] = /^(?:(.*)\+)?(.+)$/.exec(chord) ?? [];
  return { modifiers: modifiers?.split('+') ?? [], key: key ?? '' };
}

/** Whether a press is that chord. Shift counts only with keys whose character it does not change. */
export function isChord(chord: string, press: KeyPress): boolean {
  const { modifiers, key } = partsOf(chord);
  if (modifiers.includes('Ctrl') !== (press.ctrlKey || press.metaKey)) return false;
  if (modifiers.includes('Alt') !== press.altKey) return false;
  const isNamed = key.length > 1;
  const isLetter = /^[a-z]$/i.test(key);
  if ((isNamed || isLetter) && modifiers.includes('Shift') !== press.shiftKey) return false;
  return press.key.toLowerCase() === (key === 'Space' ? ' ' : key.toLowerCase());
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
};

/** The caps to draw for a chord: ["Ctrl", "Z"]. */
export function capsOf(chord: string): readonly string[] {
  const { modifiers, key } = partsOf(chord);
  return [...modifiers, NAMES[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : key)];
}
