import { describe, expect, it } from 'vitest';
import { type KeyPress, capsOf, isChord } from '../../renderer/shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('isChord', () => {
  it('takes a letter in either case of Caps Lock, but not with Shift', () => {
    expect(isChord('f', press('f'))).toBe(true);
    expect(isChord('f', press('F'))).toBe(true);
    expect(isChord('f', press('F', { shiftKey: true }))).toBe(false);
    expect(isChord('Shift+f', press('F', { shiftKey: true }))).toBe(true);
  });

  it('takes a character however the keyboard makes it', () => {
    expect(isChord('?', press('?', { shiftKey: true }))).toBe(true);
    expect(isChord('?', press('?'))).toBe(true);
    expect(isChord('+', press('+', { shiftKey: true }))).toBe(true);
    expect(isChord('Ctrl++', press('+', { ctrlKey: true }))).toBe(true);
  });

  it('wants the very modifiers', () => {
    expect(isChord('z', press('z', { ctrlKey: true }))).toBe(false);
    expect(isChord('Ctrl+z', press('z', { ctrlKey: true }))).toBe(true);
    expect(isChord('Ctrl+z', press('z', { metaKey: true }))).toBe(true);
    expect(isChord('Ctrl+z', press('z'))).toBe(false);
    expect(isChord('j', press('j', { altKey: true }))).toBe(false);
    expect(isChord('Shift+ArrowDown', press('ArrowDown'))).toBe(false);
    expect(isChord('ArrowDown', press('ArrowDown', { shiftKey: true }))).toBe(false);
  });

  it('knows the space bar by its name', () => {
    expect(isChord('Space', press(' '))).toBe(true);
  });
});

describe('capsOf', () => {
  it('draws what stands on the keys', () => {
    expect(capsOf('j')).toEqual(['J']);
    expect(capsOf('Ctrl+z')).toEqual(['Ctrl', 'Z']);
    expect(capsOf('Shift+ArrowDown')).toEqual(['Shift', '↓']);
    expect(capsOf('Ctrl++')).toEqual(['Ctrl', '+']);
    expect(capsOf('?')).toEqual(['?']);
  });
});
