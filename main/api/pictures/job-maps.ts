import type { Context } from '../context.ts';
import { knownModel, loadDetector } from '../models/known-models.ts';
import type { MapService } from './map-service.ts';

/** Maps for a command that ends when it has them: computed where its jobs are, and not kept. */
export function mapsByJobs(ctx: Context): Pick<MapService, 'maps'> {
  return {
    maps: (modelId, path, part) => {
      const model = knownModel(ctx.store.models.get(modelId));
      const { preparation, scores } = model;
      return ctx.jobs.maps({ path, part, preparation, detector: loadDetector(ctx, model), names: scores });
    },
  };
}
