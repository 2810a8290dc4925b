import { type Ref, onScopeDispose, ref, shallowRef } from 'vue';
import type { ThresholdPreview } from '../../../preload/contract.ts';
import { api } from '../../api.ts';
import { sentenceOf } from '../../failure.ts';
import { latest } from '../charts/latest.ts';

export interface PreviewQuestion {
  readonly modelId: number;
  readonly score: string;
  readonly runId: number | null;
  readonly at: { readonly value: number } | { readonly falseAlarmRate: number };
}

/** Ten times a second is as live as a drag feels. */
const GAP_MS = 100;

/** What a threshold would mean, asked while it moves; the newest question wins. */
export function useThresholdPreview(
  answered: (preview: ThresholdPreview, question: PreviewQuestion) => void,
): {
  preview: Readonly<Ref<ThresholdPreview | null>>;
  failure: Readonly<Ref<string | null>>;
  ask: (question: PreviewQuestion) => void;
} {
  const preview = shallowRef<ThresholdPreview | null>(null);
  const failure = ref<string | null>(null);
  const asker = latest<PreviewQuestion, ThresholdPreview>({
    ask: (question, signal) => api.thresholds.preview(question, { signal }),
    answered: (answer, question) => {
      preview.value = answer;
      failure.value = null;
      answered(answer, question);
    },
    failed: (error) => (failure.value = sentenceOf(error)),
    gapMs: GAP_MS,
  });
  onScopeDispose(() => asker.stop());
  return { preview, failure, ask: (question) => asker.ask(question) };
}
