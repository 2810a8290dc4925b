/** The part of the page of results that is about accuracy. */
import { markdownTable } from '../markdown-table.ts';
import { type Figure, type Published, VARYING, plotName, storedSuites, varyingOf } from './figures.ts';

const COLUMNS = ['95 % interval', 'by seed', 'bits/dim', 'the paper, at its size'];

/**
 * Blocks of Markdown, from every stored file of figures.
 * @throws FiguresError when a file is malformed
 */
export async function accuracySection(folder: string, published: Published): Promise<string[]> {
  const suites = await storedSuites(folder);
  if (suites.length === 0) return [];
  return [
    'AUROC in %, mean over seeds, with the 95 % bootstrap interval over the tested images. 50 is chance; higher scores mean more anomalous.',
    ...besideThePapers(suites, published),
    ...suites.flatMap(([first, figures]) => suite(first, figures, published)),
  ];
}

/** Every figure that has a published one, of all suites. */
function besideThePapers(
  suites: readonly (readonly [Figure, readonly Figure[]])[],
  published: Published,
): string[] {
  const rows = suites.flatMap(([, figures]) =>
    figures.flatMap((figure) => {
      const paper = published(figure);
      if (paper === null) return [];
      const { suite: name, preset, detector, inDistribution, outDistribution, score } = figure;
      const { auroc, ciLow, ciHigh, seeds } = figure;
      return [
        [
          `${name}, ${preset}`,
          detector,
          `${inDistribution} → ${outDistribution}`,
          score,
          percent(auroc),
          `${percent(ciLow)} – ${percent(ciHigh)}`,
          String(seeds.length),
          percent(paper),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [
    '## Beside the papers',
    'What the papers report at their size, on their data, beside what is reached here with far smaller models in minutes.',
    markdownTable(
      ['suite, preset', 'detector', 'in → out', 'score', 'AUROC', '95 % interval', 'seeds', 'the paper'],
      rows,
    ),
  ];
}

function suite(first: Figure, all: readonly Figure[], published: Published): string[] {
  const figures = all.filter(({ oneClass }) => oneClass === undefined);
  const varying = varyingOf(figures);
  const same = VARYING.filter(([, of]) => new Set(figures.map(of)).size === 1).map(
    ([what, of]) => `${what} ${of(first)}`,
  );
  const areAll = figures.every(({ isAuroc }) => isAuroc !== false);
  const isMeasured = figures.some(({ measured }) => measured !== undefined);
  const rows = figures.map((figure) => {
    const paper = published(figure);
    const measured = Object.entries(figure.measured ?? {}).map(
      ([name, value]) => `${name} ${value.toFixed(3)}`,
    );
    return [
      ...varying.map(([, of]) => of(figure)),
      figure.score,
      percent(figure.auroc),
      `${percent(figure.ciLow)} – ${percent(figure.ciHigh)}`,
      figure.aurocBySeed.map(percent).join(', '),
      figure.bitsPerDim === null ? '' : figure.bitsPerDim.toFixed(3),
      paper === null ? '' : percent(paper),
      ...(isMeasured ? [measured.join(', ')] : []),
    ];
  });
  // Figures of one fit carry the seconds of that fit each.
  const seconds = [
    ...new Map(
      figures.map(({ detector, inDistribution, seconds: each }) => [`${detector} ${inDistribution}`, each]),
    ).values(),
  ];
  return [
    `## ${first.suite}, preset ${first.preset}`,
    `\`${first.command}\``,
    [
      ...same,
      `seeds ${first.seeds.join(', ')}`,
      first.device,
      `${Math.round(seconds.reduce((sum, each) => sum + each, 0))} s in all`,
      `data ${first.dataFingerprint.slice(0, 12)}`,
    ].join('; ') + '.',
    ...(first.note === undefined ? [] : [first.note]),
    markdownTable(
      [
        ...varying.map(([what]) => what),
        'score',
        areAll ? 'AUROC' : 'AUROC, or what the score names',
        ...COLUMNS,
        ...(isMeasured ? ['also measured'] : []),
      ],
      rows,
    ),
    verdict(all),
    ...byClass(all),
    `![The same as a plot](results/${plotName(first)})`,
  ];
}

/** What the means are of: a column a class. */
function byClass(figures: readonly Figure[]): string[] {
  const ofOne = figures.flatMap((figure) =>
    figure.oneClass === undefined ? [] : [{ ...figure, oneClass: figure.oneClass }],
  );
  if (ofOne.length === 0) return [];
  const classes = [...new Set(ofOne.map(({ oneClass }) => oneClass))];
  const rows = [...Map.groupBy(ofOne, ({ detector, score }) => `${detector}, ${score}`)].map(
    ([name, each]) => [
      name,
      ...classes.map((wanted) => {
        const found = each.find(({ oneClass }) => oneClass === wanted);
        return found === undefined ? '' : percent(found.auroc);
      }),
    ],
  );
  return ['By the class that is normal:', markdownTable(['detector, score', ...classes], rows)];
}

function percent(value: number): string {
  return (value * 100).toFixed(1);
}

/** What a reader should not have to work out: which scores are of no use at this size. */
function verdict(figures: readonly Figure[]): string {
  const varies = (of: (figure: Figure) => string) => new Set(figures.map(of)).size > 1;
  const isOneDetector = !varies(({ detector }) => detector);
  const isOneFolder = !varies(({ inDistribution }) => inDistribution);
  const fitOf = ({ detector, inDistribution }: Figure) =>
    [...(isOneDetector ? [] : [detector]), ...(isOneFolder ? [] : [`with ${inDistribution} in`])].join(' ');
  const names = (kept: readonly Figure[]) =>
    [...Map.groupBy(kept, fitOf)]
      .map(([fit, those]) => {
        const scores = [...new Set(those.map(({ score }) => score))].join(', ');
        return fit === '' ? scores : `${fit} (${scores})`;
      })
      .join('; ');
  const areas = figures.filter(({ isAuroc }) => isAuroc !== false);
  const wrong = areas.filter(({ ciHigh }) => ciHigh < 0.5);
  if (wrong.length === 0) return 'Every score points the right way or cannot be told from chance.';
  const all = wrong.length === areas.length;
  return (
    `At this size ${all ? 'every score points' : 'some scores point'} the wrong way: below 50, the out-of-distribution images are found more ` +
    `normal than the normal ones${all ? '' : `: ${names(wrong)}`}. Do not find anomalies by them: take another score, fit longer, or with a larger preset.`
  );
}
