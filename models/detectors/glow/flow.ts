/**
 * Glow on images (Kingma & Dhariwal 2018) as used by Schirrmeister et al., NeurIPS 2020: log p(x) = Σ_i c_i(x), where
 * the contribution of scale i, c_i = log p(z_i) + log |det ∂y_i/∂h_{i−1}| (eq. 3), is itself a sum over the pixels of a
 * map: those maps are the per-scale heatmaps.
 */
import * as a from '../../array.ts';
import type { Tensor } from '../../array.ts';
import { type ActnormParameters, actnorm, actnormFrom } from '../../flows/actnorm.ts';
import { channelMixes, unstack } from '../../flows/channel-mix.ts';
import { chain } from '../../flows/chain.ts';
import { coupling } from '../../flows/coupling.ts';
import { composeWeight, invertibleConv } from '../../flows/invertible-conv.ts';
import {
  type Layout,
  fromChannelsFirst,
  halves,
  joinChannels,
  sizeOf,
  sumChannels,
  toChannelsFirst,
} from '../../flows/layout.ts';
import { squeeze } from '../../flows/squeeze.ts';
import type { Transform } from '../../flows/transform.ts';
import {
  LAST_GAIN,
  type SubnetParameters,
  couplingSubnet,
  normalisedSubnet,
} from '../../networks/coupling-subnet.ts';
import { type GlowSettings, type ScaleParameters, bindScale } from './parameters.ts';

type NamedTensors = Readonly<Record<string, Tensor>>;
type Forward = Pick<Transform, 'forward'>;

const LOG_2PI = Math.log(2 * Math.PI);

/**
 * Per-scale contribution maps of images `[B, C, H, W]` with values in [−0.5, 0.5): one `[B, h_i, w_i]` a scale,
 * in nats, whose sum over scales and pixels is log p(x). H and W are multiples of 2^scales.
 */
export function contributionMaps(
  settings: GlowSettings,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor[] {
  return contributionsAndLatents(settings, parameters, images, layout).map(
    ({ contribution }) => contribution,
  );
}

/** What a scale adds to log p, and what that is made of. */
interface ScaleResult {
  /** log N(z; 0, I) + log-det, `[B, h, w]`. */
  readonly contribution: Tensor;
  /** In the order of the layout. */
  readonly latent: Tensor;
  /** Per pixel: broadcasts to `[B, h, w]`. */
  readonly logDet: Tensor;
}

/** The contribution maps, and beside each what it is made of. */
export function contributionsAndLatents(
  settings: GlowSettings,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): ScaleResult[] {
  return multiScale(settings, images, layout, (scale) => {
    const bound = bindScale(parameters, scale, settings.stepsPerScale);
    const mixes = channelMixes(bound, layout);
    const subnets = stepSubnets(bound);
    const steps = mixes.flatMap((mix, step): Forward[] => [
      mix,
      coupling(couplingSubnet(subnets(step), layout), layout),
    ]);
    return { flow: steps, prior: () => bound.prior };
  });
}

/** The latents of images, one per scale, `[B, C_i, h_i, w_i]`, standard normal under the model. */
export function latents(
  settings: GlowSettings,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): Tensor[] {
  return multiScale(settings, images, layout, (scale) => {
    const bound = bindScale(parameters, scale, settings.stepsPerScale);
    return { flow: reversibleSteps(bound, null, layout), prior: () => bound.prior };
  }).map(({ latent }) => toChannelsFirst(latent, layout));
}

/**
 * The images of latents: the flow run backwards. Needs `scale<i>.lu.inverse` `[K, C, C]`, the inverses of the composed
 * 1×1 convolutions, beside the parameters.
 */
export function imagesOf(
  settings: GlowSettings,
  parameters: NamedTensors,
  scaleLatents: readonly Tensor[],
  layout: Layout,
): Tensor {
  const image = scaleLatents.reduceRight<Tensor | null>((deeper, latent, scale) => {
    const bound = bindScale(parameters, scale, settings.stepsPerScale);
    const leaving = actnorm(bound.prior, layout).inverse(fromChannelsFirst(latent, layout));
    const whole = deeper === null ? leaving : joinChannels([deeper, leaving], layout);
    const name = `scale${scale}.lu.inverse`;
    const inverses = parameters[name];
    if (inverses === undefined) throw new RangeError(`running the flow backwards needs ${name}`);
    const flow = chain([squeeze(layout), ...reversibleSteps(bound, inverses, layout)]);
    return flow.inverse(whole);
  }, null);
  if (image === null) throw new RangeError('an image needs the latents of at least one scale');
  return toChannelsFirst(image, layout);
}

/**
 * Data-dependent initialisation (Kingma & Dhariwal 2018, §3.1): one pass in which every ActNorm is set to normalise what
 * reaches it. Returns the new values of all ActNorm parameters by name.
 */
export function actnormInitialisation(
  settings: GlowSettings,
  parameters: NamedTensors,
  images: Tensor,
  layout: Layout,
): NamedTensors {
  const initialised: Record<string, Tensor> = {};
  multiScale(settings, images, layout, (scale) => {
    const bound = bindScale(parameters, scale, settings.stepsPerScale);
    const weight = unstack(composeWeight(bound.lu));
    const subnets = stepSubnets(bound);
    const keep = (name: string, norm: ActnormParameters) => {
      initialised[`scale${scale}.${name}.bias`] = norm.bias;
      initialised[`scale${scale}.${name}.logs`] = norm.logs;
      return norm;
    };
    const stack: ActnormParameters[] = [];
    const flow = Array.from({ length: settings.stepsPerScale }, (_, step): Forward[] => [
      {
        forward(x) {
          const norm = actnormFrom(x, layout);
          stack.push(norm);
          return actnorm(norm, layout).forward(x);
        },
      },
      invertibleConv({ weight: weight(step), inverse: weight(step), logDet: a.zeros([]) }, layout),
      coupling(
        normalisedSubnet(subnets(step), layout, (name, x) =>
          keep(`step${step}.${name}`, actnormFrom(x, layout)),
        ),
        layout,
      ),
    ]).flat();
    return {
      flow,
      prior: (z) => {
        keep('actnorm', {
          bias: stacked(stack.map(({ bias }) => bias)),
          logs: stacked(stack.map(({ logs }) => logs)),
        });
        return keep('prior', actnormFrom(z, layout));
      },
    };
  });
  return initialised;
}

function stacked(rows: readonly Tensor[]): Tensor {
  return a.concat(
    rows.map((row) => a.reshape(row, [1, ...row.shape])),
    0,
  );
}

interface ScaleFlow {
  readonly flow: readonly Forward[];
  /** The ActNorm of the latents that leave here. */
  readonly prior: (latent: Tensor) => ActnormParameters;
}

/** Squeeze, flow, let half of the channels leave; the rest goes on to the next scale. */
function multiScale(
  settings: GlowSettings,
  images: Tensor,
  layout: Layout,
  scaleFlow: (scale: number) => ScaleFlow,
): ScaleResult[] {
  const results: ScaleResult[] = [];
  let h = fromChannelsFirst(images, layout);
  for (let scale = 0; scale < settings.scales; scale++) {
    const { flow, prior } = scaleFlow(scale);
    let y = squeeze(layout).forward(h).y;
    const logDets: Tensor[] = [];
    for (const transform of flow) {
      const step = transform.forward(y);
      y = step.y;
      logDets.push(step.logDet);
    }
    const last = scale === settings.scales - 1;
    const [goesOn, leaves] = last ? [y, y] : halves(y, layout);
    const normalised = actnorm(prior(leaves), layout).forward(leaves);
    const logDet = [...logDets, normalised.logDet].reduce(a.add);
    results.push({
      contribution: a.add(logDensity(normalised.y, layout), logDet),
      latent: normalised.y,
      logDet,
    });
    h = goesOn;
  }
  return results;
}

/** log N(z; 0, I) summed over the channels of each pixel, `[B, h, w]`. */
function logDensity(z: Tensor, layout: Layout): Tensor {
  const { channels } = sizeOf(z, layout);
  return a.subtract(a.multiply(sumChannels(a.square(z), layout), -0.5), 0.5 * channels * LOG_2PI);
}

function stepSubnets({ gain, subnets }: ScaleParameters): (step: number) => SubnetParameters {
  const scaleOf = unstack(a.exp(a.multiply(gain.logs, LAST_GAIN)));
  const biasOf = unstack(gain.bias);
  return (step) => {
    const layers = subnets[step];
    if (layers === undefined) throw new RangeError(`the model has no step ${step}`);
    return { ...layers, lastScale: scaleOf(step), lastBias: biasOf(step) };
  };
}

/** The steps one by one, unfolded, so that each can be undone where the inverse matrices `[K, C, C]` are given. */
function reversibleSteps(bound: ScaleParameters, inverses: Tensor | null, layout: Layout): Transform[] {
  const weight = unstack(composeWeight(bound.lu));
  const inverse = inverses === null ? weight : unstack(inverses);
  const bias = unstack(bound.actnorm.bias);
  const logs = unstack(bound.actnorm.logs);
  const logDets = unstack(a.sum(bound.lu.logDiagonal, [1]));
  const subnets = stepSubnets(bound);
  return bound.subnets.flatMap((_, step) => [
    actnorm({ bias: bias(step), logs: logs(step) }, layout),
    invertibleConv({ weight: weight(step), inverse: inverse(step), logDet: logDets(step) }, layout),
    coupling(couplingSubnet(subnets(step), layout), layout),
  ]);
}
