import { basename } from 'node:path';
import { Option } from 'commander';
import { z } from 'zod';
import { type EncoderQuestion, NormalisationName } from '../../preload/contract.ts';
import { EncoderAsks, addEncoderFile } from '../api/encoders/add-encoder.ts';
import { ServiceError } from '../api/service-error.ts';
import { encoderText } from './encoder-text.ts';
import { wholeNumber } from './option-values.ts';
import type { Register } from './register.ts';

const NORMALISATIONS = NormalisationName.options;
const LAYOUTS = ['NCHW', 'NHWC'] as const;

const Options = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  normalisation: NormalisationName.optional(),
  layout: z.enum(LAYOUTS).optional(),
  grey: z.boolean().optional(),
  colour: z.boolean().optional(),
  size: z.number().optional(),
  vector: z.string().min(1).optional(),
  map: z.string().min(1).optional(),
});
type Options = z.infer<typeof Options>;

export const registerEncoderAdd: Register = (encoder, run) => {
  encoder
    .command('add')
    .description('adds an encoder from an ONNX file, after it has run once')
    .argument('<file>', 'ONNX file that takes images')
    .option('--name <name>', "what to call it (default: the file's name)")
    .addOption(
      new Option('--normalisation <name>', 'what it takes pixels as, unless the file says so').choices(
        NORMALISATIONS,
      ),
    )
    .addOption(
      new Option('--layout <layout>', 'whether channels come before or after rows and columns').choices(
        LAYOUTS,
      ),
    )
    .addOption(new Option('--grey', 'it takes one channel').conflicts('colour'))
    .option('--colour', 'it takes three channels')
    .option('--size <pixels>', 'what to resize images to where it takes any size', wholeNumber(1))
    .option('--vector <tensor>', 'the output that is the vector of an image')
    .option('--map <tensor>', 'the tensor that is a map of vectors, for detectors with heatmaps')
    .action(
      run(async ({ open, options: globals }, file: string, given: unknown) => {
        const options = Options.parse(given);
        const name = options.name ?? basename(file).replace(/\.onnx$/i, '');
        const context = await open();
        try {
          const added = await addEncoderFile(context, { path: file, name, answers: answersOf(options) });
          return { json: added, text: encoderText(added, globals) };
        } catch (error) {
          throw error instanceof EncoderAsks ? withOptions(error) : error;
        }
      }),
    );
};

function answersOf({ normalisation, layout, grey, colour, size, vector, map }: Options) {
  return {
    normalisation: normalisation ?? null,
    layout: layout ?? null,
    channels: grey === true ? 1 : colour === true ? 3 : null,
    size: size === undefined ? null : { height: size, width: size },
    vector: vector ?? null,
    grid: map ?? null,
  } as const;
}

/** What is asked, with the options that answer it. */
function withOptions(asks: EncoderAsks): ServiceError {
  const options = asks.questions.map(optionFor).join(', ');
  return new ServiceError(asks.kind, `${asks.message.replace(/\.$/, '')}: ${options}.`, { cause: asks });
}

function optionFor(question: EncoderQuestion): string {
  switch (question.about) {
    case 'normalisation':
      return `--normalisation ${NORMALISATIONS.join('|')}`;
    case 'layout':
      return `--layout ${LAYOUTS.join('|')}`;
    case 'channels':
      return '--grey or --colour';
    case 'vector':
      return `--vector ${question.choices.join('|')}`;
  }
}
