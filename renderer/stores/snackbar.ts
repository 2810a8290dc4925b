import { defineStore } from 'pinia';
import { ref } from 'vue';
import { sentenceOf } from '../failure.ts';

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly kind: 'info' | 'error';
  /** Takes back what the message tells of. */
  readonly undo: (() => Promise<unknown>) | null;
}

/** Short messages at the foot of the window, one at a time. */
export const useSnackbar = defineStore('snackbar', () => {
  const message = ref<Message | null>(null);
  let last = 0;
  const put = (text: string, kind: Message['kind'], undo: Message['undo']): void => {
    last += 1;
    message.value = { id: last, text, kind, undo };
  };
  return {
    message,
    /** Replaces what is shown: the latest deed is the one to take back. */
    show: (text: string, undo: Message['undo'] = null) => put(text, 'info', undo),
    fail: (error: unknown) => put(sentenceOf(error), 'error', null),
    close: () => (message.value = null),
  };
});
