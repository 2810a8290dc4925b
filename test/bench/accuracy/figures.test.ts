import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Figure, FiguresError, resultsPage, writeFigures } from '../../../bench/accuracy/figures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

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
const published = ({ score }: Figure) => (score === 'raw' ? 0.088 : null);

describe('the page of results', () => {
  it('holds what was measured, how, and what was published', async () => {
    const folder = join(temporaryFolder(), 'docs', 'results');
    expect(await writeFigures(folder, 'cifar-svhn', 'quick', [raw, figure()])).toBe(
      join(folder, 'cifar-svhn-quick.json'),
    );
    const lines = (await resultsPage(folder, published)).split('\n');
    expect(lines).toContain('## cifar-svhn, preset quick: CIFAR-10 in, SVHN out');
    expect(lines).toContain('`flowscreen bench accuracy --suite cifar-svhn`');
    expect(lines).toContain('| raw | 4.0 | 3.3 – 4.8 | 4.0, 4.0 | 8.8 |');
    expect(lines).toContain('| ratio | 47.1 | 44.9 – 49.4 | 46.1, 48.1 |  |');
    const facts = lines.find((line) => line.includes('bits/dim on'));
    for (const fact of ['3.988', '800', '801', 'seeds 1, 2', 'CPU (2 threads)', '1234 s', '0123456789ab']) {
      expect(facts).toContain(fact);
    }
  });

  it('says which scores point the wrong way', async () => {
    const folder = temporaryFolder();
    const pageOf = async (figures: Figure[]) => {
      await writeFigures(folder, 'cifar-svhn', 'quick', figures);
      return resultsPage(folder, published);
    };
    const good = figure({ score: 'scale3-ratio', auroc: 0.7, ciLow: 0.68, ciHigh: 0.72 });
    const unclear = figure({ score: 'scale1-ratio', auroc: 0.49, ciLow: 0.47, ciHigh: 0.51 });
    expect(await pageOf([raw, good, unclear])).toContain('At this size raw point the wrong way');
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
      '## cifar-svhn, preset balanced: CIFAR-10 in, SVHN out',
      '## cifar-svhn, preset quick: CIFAR-10 in, SVHN out',
    ]);
    expect(page).toContain('| ratio | 60.0 |');
    expect(page).not.toContain('| raw |');
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
