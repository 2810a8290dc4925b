import { NOTICE } from '../../preload/contract/notice.ts';
import { profileText } from './input-profile-text.ts';
import type { KnownModel } from './known-models.ts';
import { describe } from './preparation-text.ts';

const INTENDED_USE =
  'Ranks images so that a person looks at the most unusual ones first. Made to assist, never to decide.';

const LIMITS = [
  'The scores say how unusual an image is for this model, not what is wrong with it, nor that nothing is.',
  'They hold for images from the same source, prepared the same way; other devices, protocols or compression change them.',
  'Held-out figures come from the same folder as the fit. Unless it held each patient, part or lot once, they flatter the model.',
];

/** What is known of a model, as plain data. */
export function modelCardData(
  { record, settings, preparation, metrics, scores }: KnownModel,
  general: KnownModel | null,
) {
  const { heldOutLoss, steps, bestStep, rejectedSteps, replacedFiles, seconds } = metrics;
  return {
    notice: NOTICE,
    name: record.name,
    detector: record.detector,
    intendedUse: INTENDED_USE,
    limits: LIMITS,
    scores,
    higherIsMoreAnomalous: true,
    unit: 'nats',
    createdAt: record.createdAt,
    data: {
      dataset: record.datasetName,
      label: settings.label,
      fingerprint: record.dataFingerprint,
      images: metrics.images,
      heldOutImages: metrics.heldOutImages,
      heldOutBy: metrics.heldOutBy,
      inputs: metrics.inputs ?? null,
    },
    preparation,
    settings,
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
    metrics: { heldOutLoss, steps, bestStep, rejectedSteps, replacedFiles, seconds },
    colourScales: metrics.colourScales,
  };
}

export type ModelCard = ReturnType<typeof modelCardData> & {
  readonly preparation: KnownModel['preparation'];
};

/** What the card says line by line. */
export function modelCardRows(card: ModelCard): [string, string][] {
  const { data, metrics, settings, general } = card;
  return [
    ['Fitted', card.createdAt],
    ['On', `${data.dataset}${data.label === null ? '' : `, label ${data.label}`}`],
    ['Images', `${data.images}, and ${data.heldOutImages} held out by ${data.heldOutBy.replace('-', ' ')}`],
    ['Images were', data.inputs === null ? 'not recorded' : profileText(data.inputs)],
    ['Data fingerprint', data.fingerprint],
    ['Images prepared as', describe(card.preparation)],
    ['Preset', settings.preset],
    ['Network', networkText(settings.glow)],
    ['Training', trainingText(settings.training)],
    ['Seed', String(card.seed)],
    ['General model', general === null ? 'none' : `${general.name} (data ${general.fingerprint})`],
    ['Scores', card.scores.join(', ')],
    ['Held-out bits/dim', metrics.heldOutLoss.toFixed(4)],
    ['Steps', `${metrics.steps}; weights of step ${metrics.bestStep}`],
    ['Steps rejected', `${metrics.rejectedSteps} (gradient not finite)`],
    ['Files replaced', `${metrics.replacedFiles} (not readable while training)`],
    ['Time', `${metrics.seconds.toFixed(1)} s`],
    ['Device', card.device],
    [
      'Versions',
      Object.entries(card.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['Weights', card.weights],
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
      '## The ONNX file',
      'Input `images`, 8-bit pixels x as x / 256 − 0.5 + 1 / 512. Outputs `map0` (the finest scale), `map1`, …: contributions to the ' +
        'log-likelihood in nats; the sum of them all is log p(image). The anomaly score `likelihood` is −log p; `ratio` is log p of the ' +
        'general model − log p of this one. `scale1-…` is the score from `map0` alone, and so on.',
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

function networkText({
  scales,
  stepsPerScale,
  hiddenChannels,
  channels,
}: ModelCard['settings']['glow']): string {
  return `Glow, ${scales} scales of ${stepsPerScale} steps, ${hiddenChannels} hidden channels, ${channels === 1 ? 'grey' : 'colour'}`;
}

function trainingText({
  optimiser,
  schedule,
  batchSize,
  augmentation,
}: ModelCard['settings']['training']): string {
  const mirrored = augmentation.flipHorizontally ? 'mirrored at random' : 'not mirrored';
  return (
    `${optimiser.kind}, learning rate ${schedule.peak}, weight decay ${optimiser.weightDecay}, batches of ${batchSize}, ` +
    `shifted by up to ${augmentation.translate * 100} %, ${mirrored}`
  );
}

/** A label or a name may hold what ends a table's cell. */
function cell(value: string): string {
  return value.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
