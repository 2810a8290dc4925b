import { addUploaded, describeUploaded, uploadEncoder } from '../encoders/add-encoder.ts';
import { estimateEncoder } from '../encoders/encoder-estimate.ts';
import { encoderRuns } from '../encoders/encoder-runs.ts';
import { listEncoders, removeEncoder } from '../encoders/encoders.ts';
import { os } from './base.ts';

export const encoderHandlers = {
  list: os.encoders.list.handler(({ context }) => listEncoders(context.services)),
  upload: os.encoders.upload.handler(({ context, input }) => uploadEncoder(context.services, input.file)),
  describe: os.encoders.describe.handler(({ context, input }) =>
    describeUploaded(context.services, input, input.answers),
  ),
  add: os.encoders.add.handler(async ({ context, input }) => {
    const encoder = await addUploaded(context.services, input);
    context.changes.announce('encoders');
    context.changes.announce('audit');
    return encoder;
  }),
  remove: os.encoders.remove.handler(({ context, input }) => {
    removeEncoder(context.services, input);
    context.changes.announce('encoders');
    context.changes.announce('audit');
    return {};
  }),
  train: os.encoders.train.handler(async ({ context, input }) => ({
    jobId: await context.jobs.trainEncoder(input),
  })),
  estimate: os.encoders.estimate.handler(({ context, input }) =>
    estimateEncoder(context.services, context.trials, input),
  ),
  runs: os.encoders.runs.handler(({ context }) => encoderRuns(context.services)),
};
