import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { type Figure, writeFigures } from '../../bench/accuracy/figures.ts';
import { resultsPage, writeResultsPage } from '../../bench/results-page.ts';
import { FiguresError, storeFigures } from '../../bench/stored-figures.ts';
import { type WindowFigures, recordWindow } from '../../bench/window/record.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DOCS = join(import.meta.dirname, '../../docs');

function figure(changes: Partial<Figure> = {}): Figure {
  return {
    suite: 'cifar-svhn',
    detector: 'Glow ratio',
    score: 'ratio',
    inDistribution: 'CIFAR-10',
    outDistribution: 'SVHN',
    auroc: 0.4712,
    ciLow: 0.4488,
    ciHigh: 0.4939,
    aurocBySeed: [0.461, 0.4814],
    seeds: [1, 2],
    bitsPerDim: 3.9876,
    tested: { inDistribution: 800, outDistribution: 801 },
    preset: 'quick',
    device: 'CPU (2 threads)',
    seconds: 1234.4,
    dataFingerprint: '0123456789abcdef0123',
    command: 'flowscreen bench accuracy --suite cifar-svhn',
    ...changes,
  };
}

const raw = figure({
  score: 'raw',
  auroc: 0.0401,
  ciLow: 0.0333,
  ciHigh: 0.0477,
  aurocBySeed: [0.04, 0.0402],
});
const window: WindowFigures = {
  date: '2026-11-22T04:44:38.962Z',
  processor: 'a processor',
  cores: 2,
  browser: 'Chromium 156',
  rows: 100_000,
  targets: { opening: 1000, frame: 32, case: 150, task: 200 },
  opening: { times: [410, 1228, 252], load: 2.2 },
  frames: { load: 2.1, count: 482, median: 16.7, p95: 17.2, max: 33.4 },
  cases: { load: 1.9, count: 20, median: 59.6, p95: 67, max: 85 },
  training: {
    views: [
      { view: 'fit', longest: 58, long: 1 },
      { view: 'cases', longest: 102, long: 1 },
      { view: 'threshold', longest: 0, long: 0 },
    ],
    load: 2,
  },
  met: { opening: false, frame: true, case: true, task: true },
};

/** Lines without the padding of tables. */
const linesOf = (page: string): string[] => page.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' '));

const published = ({ score }: Figure) => (score === 'raw' ? 0.088 : null);

describe('the page of results', () => {
  it('holds what was measured, how, and what was published', async () => {
    const folder = join(temporaryFolder(), 'docs', 'results');
    expect(await writeFigures(folder, 'cifar-svhn', 'quick', [raw, figure()])).toBe(
      join(folder, 'cifar-svhn-quick.json'),
    );
    const lines = linesOf(await resultsPage(folder, published));
    expect(lines).toContain('## cifar-svhn, preset quick');
    expect(lines).toContain('`flowscreen bench accuracy --suite cifar-svhn`');
    expect(lines).toContain('| raw | 4.0 | 3.3 – 4.8 | 4.0, 4.0 | 3.988 | 8.8 |');
    expect(lines).toContain('| ratio | 47.1 | 44.9 – 49.4 | 46.1, 48.1 | 3.988 | |');
    const facts = lines.find((line) => line.includes('seeds 1, 2'));
    for (const fact of [
      'CIFAR-10',
      'SVHN',
      '800 in',
      '801 out',
      'CPU (2 threads)',
      '1234 s',
      '0123456789ab',
    ]) {
      expect(facts).toContain(fact);
    }
  });

  it('puts what was reached beside what was published, of all suites at once', async () => {
    const folder = temporaryFolder();
    await writeFigures(folder, 'cifar-svhn', 'quick', [raw, figure()]);
    await writeFigures(folder, 'cifar-svhn', 'tiny', [{ ...raw, preset: 'tiny', seeds: [1] }]);
    const page = await resultsPage(folder, published);
    const [, table = ''] = /^## Beside the papers$([^#]*)/m.exec(page) ?? [];
    expect(linesOf(table).filter((line) => line.startsWith('| cifar'))).toEqual([
      '| cifar-svhn, quick | Glow ratio | CIFAR-10 → SVHN | raw | 4.0 | 3.3 – 4.8 | 2 | 8.8 |',
      '| cifar-svhn, tiny | Glow ratio | CIFAR-10 → SVHN | raw | 4.0 | 3.3 – 4.8 | 1 | 8.8 |',
    ]);
    await writeFigures(folder, 'cifar-svhn', 'quick', [figure()]);
    await writeFigures(folder, 'cifar-svhn', 'tiny', [figure()]);
    expect(await resultsPage(folder, published)).not.toContain('Beside the papers');
  });

  it('has a column for each class, where each was normal once, and their mean as the figure', async () => {
    const folder = temporaryFolder();
    const mean = figure({ detector: 'hsc', auroc: 0.6, seconds: 30, note: 'Few patients.' });
    const one = (oneClass: string, auroc: number) =>
      figure({ detector: 'hsc', inDistribution: `CIFAR-10 ${oneClass}`, oneClass, auroc, seconds: 15 });
    await writeFigures(folder, 'one-vs-rest', 'quick', [mean, one('cat', 0.55), one('dog', 0.65)]);
    const lines = linesOf(await resultsPage(folder, () => null));
    expect(lines).toContain('Few patients.');
    expect(lines).toContain('| detector, score | cat | dog |');
    expect(lines).toContain('| hsc, ratio | 55.0 | 65.0 |');
    expect(lines).toContain('| ratio | 60.0 | 44.9 – 49.4 | 46.1, 48.1 | 3.988 | |');
    expect(lines.find((line) => line.includes('seeds 1, 2'))).toContain('; 30 s in all;');
  });

  it('holds what else was measured, where anything was', async () => {
    const folder = temporaryFolder();
    await writeFigures(folder, 'toy', 'quick', [raw, figure({ measured: { 'total variation': 0.0412 } })]);
    const page = await resultsPage(folder, published);
    expect(page).toMatch(/also measured/);
    expect(page).toMatch(/^\| ratio .*\| total variation 0\.041 \|$/m);
    await writeFigures(folder, 'toy', 'quick', [raw]);
    expect(await resultsPage(folder, published)).not.toMatch(/also measured/);
  });

  it('says which scores point the wrong way', async () => {
    const folder = temporaryFolder();
    const pageOf = async (figures: Figure[]) => {
      await writeFigures(folder, 'cifar-svhn', 'quick', figures);
      return resultsPage(folder, published);
    };
    const good = figure({ score: 'scale3-ratio', auroc: 0.7, ciLow: 0.68, ciHigh: 0.72 });
    const unclear = figure({ score: 'scale1-ratio', auroc: 0.49, ciLow: 0.47, ciHigh: 0.51 });
    expect(await pageOf([raw, good, unclear])).toMatch(
      /^At this size some scores point the wrong way: .* than the normal ones: raw\. Do not/m,
    );
    expect(await pageOf([raw, figure()])).toContain('At this size every score points the wrong way');
    expect(await pageOf([good, unclear])).toContain('Every score points the right way');
  });

  it('has one section for each file, which a later run replaces', async () => {
    const folder = temporaryFolder();
    await writeFigures(folder, 'cifar-svhn', 'quick', [raw]);
    await writeFigures(folder, 'cifar-svhn', 'balanced', [figure({ preset: 'balanced' })]);
    await writeFigures(folder, 'cifar-svhn', 'quick', [figure({ auroc: 0.6 })]);
    const page = await resultsPage(folder, published);
    expect(page.match(/^## .*$/gm)).toEqual([
      '## cifar-svhn, preset balanced',
      '## cifar-svhn, preset quick',
    ]);
    expect(page).toMatch(/^\| ratio +\| 60\.0 /m);
    expect(page).not.toMatch(/^\| raw /m);
  });

  it('holds how fast the window was, by its slowest opening and the worst of its views', async () => {
    const folder = temporaryFolder();
    await recordWindow(join(folder, 'window'), 'flowscreen bench window --rows 100000', window);
    const lines = linesOf(await resultsPage(folder, published));
    expect(lines).toContain('`flowscreen bench window --rows 100000`');
    expect(lines).toContain('| first rows of the list, slowest of 3 openings | 1228 | 1000 | NO | 2.2 |');
    expect(lines).toContain('| a frame of scrolling, 95 % of 482 | 17.2 | 32 | yes | 2.1 |');
    expect(lines).toContain('| from case to case, 95 % of 20 | 67 | 150 | yes | 1.9 |');
    expect(lines).toContain('| longest task while a fit runs (cases) | 102 | 200 | yes | 2 |');
  });

  it('is as the formatter leaves it, whatever is stored', async () => {
    const config = await resolveConfig(join(DOCS, 'results.md'));
    const isFormatted = async (folder: string) =>
      check(await resultsPage(folder, published), { ...config, parser: 'markdown' });
    const folder = temporaryFolder();
    expect(await isFormatted(folder)).toBe(true);
    await recordWindow(join(folder, 'window'), 'flowscreen bench window', window);
    expect(await isFormatted(folder)).toBe(true);
    await writeFigures(folder, 'cifar-svhn', 'quick', [raw, figure()]);
    expect(await isFormatted(folder)).toBe(true);
    expect(await isFormatted(join(DOCS, 'results'))).toBe(true);
  });

  it('is kept as the stored figures say', async () => {
    const kept = readFileSync(join(DOCS, 'results.md'), 'utf8');
    const folder = temporaryFolder();
    cpSync(join(DOCS, 'results'), join(folder, 'results'), { recursive: true });
    await writeResultsPage(folder);
    expect(readFileSync(join(folder, 'results.md'), 'utf8')).toBe(kept);
    const plots = readdirSync(join(folder, 'results')).filter((name) => name.endsWith('.svg'));
    expect(plots.length).toBeGreaterThan(0);
    for (const name of plots) {
      const [written, stored] = [join(folder, 'results'), join(DOCS, 'results')].map((each) =>
        readFileSync(join(each, name), 'utf8'),
      );
      expect(written).toBe(stored);
    }
  });

  it('is refused when a file of the window holds something else, with its name', async () => {
    const folder = temporaryFolder();
    const path = await storeFigures(join(folder, 'window'), 'window', { ...window, rows: 'many' });
    const error = await resultsPage(folder, published).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FiguresError);
    expect(String(error)).toContain(path);
  });

  it.each([
    ['no JSON', '[{'],
    ['a figure without its AUROC', JSON.stringify([{ ...figure(), auroc: null }])],
    ['a figure with something else', JSON.stringify([{ ...figure(), more: 1 }])],
    ['no list', JSON.stringify(figure())],
  ])('is refused when a file holds %s, with its name', async (_, content) => {
    const folder = temporaryFolder();
    await writeFigures(folder, 'cifar-svhn', 'quick', [figure()]);
    const path = join(folder, 'broken.json');
    writeFileSync(path, content);
    const error = await resultsPage(folder, published).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FiguresError);
    expect(String(error)).toContain(path);
  });
});
