import { NOTICE } from '../../../preload/contract/notice.ts';
import { profileText } from '../inputs/input-profile-text.ts';
import type { KnownModel } from './known-models.ts';
import { lossText } from '../fit/loss-text.ts';
import { needsText } from '../fit/needs-text.ts';
import { describe } from '../inputs/preparation-text.ts';
import type { UsedImages } from './records.ts';
import { settingsRows } from './settings-rows.ts';

const INTENDED_USE =
  'Ranks images so that a person looks at the most unusual ones first. Made to assist, never to decide.';

const LIMITS = [
  'The scores say how unusual an image is for this model, not what is wrong with it, nor that nothing is.',
  'They hold for images from the same source, prepared the same way; other devices, protocols or compression change them.',
  'Held-out figures come from the same folder as the fit. Unless it held each patient, part or lot once, they flatter the model.',
];

/** What is known of a model, as plain data. */
export function modelCardData(
  { record, settings, detector, preparation, metrics, scores }: KnownModel,
  general: KnownModel | null,
) {
  const { id, title, use, source, needs, unit, hasMaps } = detector.method;
  const { heldOutLoss, steps, bestStep, rejectedSteps, replacedFiles, seconds } = metrics;
  return {
    notice: NOTICE,
    name: record.name,
    detector: { id, title, use, source, needs: needsText(needs), hasMaps },
    intendedUse: INTENDED_USE,
    limits: LIMITS,
    scores,
    higherIsMoreAnomalous: true,
    // Distances and classifiers' answers have no unit.
    unit: unit === null || unit === 'loss' ? null : 'nats',
    onnx: detector.likelihood !== null,
    createdAt: record.createdAt,
    data: {
      dataset: record.datasetName,
      label: settings.label,
      classes: settings.classes,
      fingerprint: record.dataFingerprint,
      images: metrics.images,
      heldOutImages: metrics.heldOutImages,
      heldOutBy: metrics.heldOutBy,
      inputs: metrics.inputs ?? null,
    },
    generalImages: settings.generalImages,
    exposure: settings.exposure,
    encoder:
      settings.encoder === null
        ? null
        : {
            name: settings.encoderName,
            sha256: settings.encoder.kind === 'onnx' ? settings.encoder.sha256 : null,
            fingerprint: metrics.encoderFingerprint ?? null,
          },
    preparation,
    preset: settings.preset,
    settings: detector.settings,
    seed: record.seed,
    versions: record.versions,
    device: record.device,
    weights: record.weightsHash,
    general:
      general === null
        ? null
        : {
            name: general.record.name,
            fingerprint: general.record.dataFingerprint,
            weights: general.record.weightsHash,
          },
    metrics: { heldOutLoss, unit, steps, bestStep, rejectedSteps, replacedFiles, seconds },
    colourScales: metrics.colourScales,
  };
}

export type ModelCard = ReturnType<typeof modelCardData> & {
  readonly preparation: KnownModel['preparation'];
};

/** What the card says line by line. */
export function modelCardRows(card: ModelCard): [string, string][] {
  const { data, metrics, general, detector, encoder } = card;
  const trained: [string, string][] =
    metrics.heldOutLoss === null
      ? []
      : [
          ['Held out', lossText(metrics.heldOutLoss, metrics.unit, 4)],
          ['Steps', `${metrics.steps}; weights of step ${metrics.bestStep}`],
          ['Steps rejected', `${metrics.rejectedSteps} (gradient not finite)`],
        ];
  return [
    ['Detector', `${detector.title} (${detector.id})`],
    ['When to use it', detector.use],
    ['Source', detector.source],
    ['Needs', detector.needs],
    ['Fitted', card.createdAt],
    ['On', `${data.dataset}${data.label === null ? '' : `, label ${data.label}`}`],
    ...(data.classes === null ? [] : [['Kinds', data.classes.join(', ')] satisfies [string, string]]),
    ['Images', `${data.images}, and ${data.heldOutImages} held out by ${data.heldOutBy.replace('-', ' ')}`],
    ['Images were', data.inputs === null ? 'not recorded' : profileText(data.inputs)],
    ['Data fingerprint', data.fingerprint],
    ['Images prepared as', describe(card.preparation)],
    ['General model', general === null ? 'none' : `${general.name} (data ${general.fingerprint})`],
    ['General images', usedText(card.generalImages)],
    ['Images that stand for anomalies', usedText(card.exposure)],
    ['Encoder', encoder === null ? 'none' : encoderText(encoder)],
    ['Scores', card.scores.join(', ')],
    ...trained,
    ['Files replaced', `${metrics.replacedFiles} (not readable while fitting)`],
    ['Time', `${metrics.seconds.toFixed(1)} s`],
    ['Device', card.device],
    [
      'Versions',
      Object.entries(card.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Weights', card.weights],
    ['Preset', card.preset],
    ['Seed', String(card.seed)],
    ...settingsRows(card.settings),
  ];
}

/** The card as Markdown. */
export function modelCard(card: ModelCard): string {
  const rows = modelCardRows(card).map(([name, value]) => `| ${name} | ${cell(value)} |`);
  return (
    [
      `# ${card.name}`,
      `**${card.notice}.** ${card.intendedUse}`,
      ['| | |', '| --- | --- |', ...rows].join('\n'),
      '## Limits',
      card.limits.map((limit) => `- ${limit}`).join('\n'),
      ...(card.onnx ? ['## The ONNX file', ONNX] : []),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

const ONNX =
  'Input `images`, 8-bit pixels x as x / 256 − 0.5 + 1 / 512. Outputs `map0` (the finest scale), `map1`, …: contributions to the ' +
  'log-likelihood in nats; the sum of them all is log p(image). The anomaly score `likelihood` is −log p; `ratio` is log p of the ' +
  'general model − log p of this one. `scale1-…` is the score from `map0` alone, and so on.';

function usedText(used: UsedImages | null): string {
  if (used === null) return 'none';
  const { dataset, label, images, drawn, fingerprint } = used;
  return `${dataset}${label === null ? '' : `, label ${label}`}: ${images}${drawn === undefined ? '' : ', drawn by the seed'} (data ${fingerprint})`;
}

function encoderText({ name, sha256, fingerprint }: NonNullable<ModelCard['encoder']>): string {
  const file = sha256 === null ? [] : [`file ${sha256}`];
  return `${name ?? 'without a name'} (${[...file, fingerprint ?? 'fingerprint not recorded'].join('; ')})`;
}

/** A label or a name may hold what ends a table's cell. */
function cell(value: string): string {
  return value.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
