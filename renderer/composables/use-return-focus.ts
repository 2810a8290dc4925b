import { nextTick, watch } from 'vue';

/** Gives the focus back to what had it before a dialog opened: Vuetify does so only for dialogs with a button of their own. */
export function useReturnFocus(isOpen: () => boolean): void {
  let before: Element | null = null;
  watch(
    isOpen,
    async (open) => {
      if (open) {
        before = document.activeElement;
        return;
      }
      await nextTick();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    },
    // Once it is drawn the dialog has taken the focus.
    { flush: 'sync' },
  );
}
