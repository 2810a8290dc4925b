import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router.ts';
import { vuetify } from './theme.ts';

createApp(App).use(createPinia()).use(vuetify).use(router).mount('#app');
