import { defineStore } from 'pinia';
import { ref } from 'vue';

/** The dialog that adds a folder: any view, the desktop's menu, or a folder dropped onto the window opens it. */
export const useAdding = defineStore('adding', () => {
  const open = ref(false);
  const path = ref('');
  return {
    open,
    path,
    /** @param folder filled in where it is known already */
    start: (folder: string | null = null) => {
      path.value = folder ?? '';
      open.value = true;
    },
  };
});
