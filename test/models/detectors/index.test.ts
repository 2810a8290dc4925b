import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../models/detectors/index.ts';
import { PRESETS } from '../../../models/preset-name.ts';

const FOLDER = join(import.meta.dirname, '../../../models/detectors');
/** What is no detector: what one is, and their list. */
const OTHERS = ['detector.ts', 'method.ts', 'index.ts'];
const SHAPE = { channels: 3, height: 32, width: 32 } as const;

describe('the list of detectors', () => {
  it('holds each file once, under its name', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts') && !OTHERS.includes(name));
    expect(METHODS.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
  });

  it('says of each what it is called, when to use it and where it comes from', () => {
    expect(new Set(METHODS.map(({ title }) => title)).size).toBe(METHODS.length);
    for (const { title, use, source } of METHODS) {
      expect(title).toMatch(/^[A-Z]/);
      // One sentence.
      expect(use).toMatch(/^[A-Z][^.!?]*[^.!? ]\.$/);
      expect(source).not.toBe('');
    }
  });

  it('has settings that can be stored, at every preset', () => {
    for (const method of METHODS) {
      for (const preset of PRESETS) {
        const settings: unknown = method.settings(preset, SHAPE);
        expect(JSON.parse(JSON.stringify(settings)), method.id).toEqual(settings);
      }
    }
  });
});
