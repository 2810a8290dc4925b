/** Trains and scores on the CPU, and sends the numbers and what the user was told. */
import { openDevice } from '../../../../main/engine/devices.ts';
import { outcomeOf } from '../../../../main/engine/trial.ts';
import { glowModel } from '../../../../models/detectors/glow/model.ts';
import { scoringGraph } from '../../../../models/detectors/shared/likelihood-scorer.ts';
import { sent } from '../child.ts';
import { SMALL_GLOW, smallTraining } from '../glow-sample.ts';

const notices: string[] = [];
const device = await openDevice('cpu', (message) => notices.push(message));
const training = smallTraining(device.trainingTarget);
const trained = await device.loadResident(training.model, training.state);
const { losses, parameters } = await outcomeOf(training, trained);
await trained.dispose();

const { glow, side, batch } = SMALL_GLOW;
const model = glowModel(glow);
const shape = { channels: glow.channels, height: side, width: side };
const scoring = await device.load(scoringGraph(model, model.initialParameters(3), batch, shape));
const { images } = training.batches[0] ?? {};
if (images === undefined) throw new Error('the sample has no images');
const scores = await scoring.run({ images });
await scoring.dispose();
await sent({ notices, losses, parameters, scores });
process.disconnect();
