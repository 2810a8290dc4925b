// Fits the models of examples/mri-modality: `npx node tools/make-examples/mri-models.ts [output file]`. Minutes on 2 cores.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openContext } from '../../main/api/context.ts';
import { EXAMPLE_DATASETS, EXAMPLE_MODELS, addExampleDatasets } from '../../main/api/examples.ts';
import { fitModel } from '../../main/api/fit/fit.ts';
import { lossText } from '../../main/api/fit/loss-text.ts';
import { exportModelFile } from '../../main/api/models/model-exchange.ts';

const GENERAL = 'Example brain MRI';
const MODEL = 'Example FLAIR';
/** As in the demo: more gained nothing. */
const STEPS = { general: 1200, fineTuning: 400 };
const SEED = 1;

const [output = EXAMPLE_MODELS] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'flowscreen-example-'));
const say = (text: string) => process.stdout.write(`${text}\n`);
const ctx = await openContext({ home, device: 'cpu', notify: say, who: 'the makers of flowscreen' });
const { signal } = new AbortController();
try {
  await addExampleDatasets(ctx, { signal, onProgress: () => undefined });
  await fit({ name: GENERAL, dataset: EXAMPLE_DATASETS.general, general: null, steps: STEPS.general });
  const { id } = await fit({
    name: MODEL,
    dataset: EXAMPLE_DATASETS.fit,
    general: GENERAL,
    steps: STEPS.fineTuning,
  });
  const file = await exportModelFile(ctx, id);
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, new Uint8Array(await file.arrayBuffer()));
  say(`${output}: ${file.size} bytes`);
} finally {
  ctx.close();
  rmSync(home, { recursive: true, force: true });
}

function fit(request: { name: string; dataset: string; general: string | null; steps: number }) {
  return fitModel(
    ctx,
    {
      ...request,
      detector: 'glow',
      generalDataset: null,
      exposure: null,
      encoder: null,
      preset: 'tiny',
      seed: SEED,
      preparation: { fit: 'resize', height: 64, width: 64, channels: 1 },
      label: null,
      flipHorizontally: false,
      softened: false,
      batchSize: null,
    },
    {
      signal,
      onEvent: (event) => {
        if (event.kind === 'evaluation') {
          say(`${request.name}: step ${event.step}, ${lossText(event.heldOutLoss, 'bits-per-dimension')}`);
        }
      },
    },
  );
}
