import { type Ref, shallowRef } from 'vue';
import { api } from '../api.ts';
import { kindOf } from '../failure.ts';

export interface ScreeningRequest {
  readonly modelId: number;
  readonly datasetId: number;
  readonly restart: boolean;
}

interface Screening {
  /** What was refused, because its images are not of the kind that the model was fitted on; set to null to drop it. */
  readonly refused: Ref<ScreeningRequest | null>;
  /** Null where it was refused for that, and {@link ScreenAnyway} asks; any other failure is thrown. */
  readonly screen: (request: ScreeningRequest) => Promise<{ readonly jobId: number } | null>;
}

/** Begins screenings, and keeps those that need a word from the user first. */
export function useScreening(): Screening {
  const refused = shallowRef<ScreeningRequest | null>(null);
  const screen: Screening['screen'] = async (request) => {
    refused.value = null;
    try {
      return await api.jobs.screen({ ...request, misfits: null });
    } catch (error) {
      if (kindOf(error) !== 'does-not-fit') throw error;
      refused.value = request;
      return null;
    }
  };
  return { refused, screen };
}
