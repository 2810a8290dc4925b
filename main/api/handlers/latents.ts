import { climbFromCase, mixCase } from '../pictures/latents.ts';
import { os, toldStream } from './base.ts';

/** For a caller that cannot leave. */
const forGood = new AbortController().signal;

export const latentHandlers = {
  mix: os.latents.mix.handler(({ context, input, signal }) =>
    toldStream(context, 'latents.mix', mixCase(context, input, signal ?? forGood)),
  ),
  climb: os.latents.climb.handler(({ context, input, signal }) =>
    toldStream(context, 'latents.climb', climbFromCase(context, input, signal ?? forGood)),
  ),
};
