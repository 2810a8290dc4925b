import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtPage, packageFolder } from '../../main/api/package.ts';

const folder = join(packageFolder, 'out', 'preload');

// `npm run build` makes what is looked at here.
describe.skipIf(!existsSync(folder))('the built bridge', () => {
  it('is one CommonJS file that asks for nothing but Electron, as a sandboxed window can load no other', () => {
    expect(readdirSync(folder)).toEqual(['index.cjs']);
    const source = readFileSync(join(folder, 'index.cjs'), 'utf8');
    const required = [...source.matchAll(/\brequire\(\s*["'`]([^"'`]*)/g)].map(([, name]) => name);
    expect(required).toEqual(['electron']);
    expect(source).not.toMatch(/^\s*(import|export)\b|\bimport\(/m);
  });
});

describe.skipIf(!existsSync(join(builtPage, 'index.html')))('the built page', () => {
  it('has no script, style or handler in its text, and names no other origin', () => {
    const html = readFileSync(join(builtPage, 'index.html'), 'utf8');
    const scripts = [...html.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes = '', body = ''] of scripts) {
      expect(attributes).toMatch(/ src="\.?\//);
      expect(body.trim()).toBe('');
    }
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:|(src|href)="\/\//i);
  });
});
