import { type RouteLocationNormalized, createRouter, createWebHashHistory } from 'vue-router';

declare module 'vue-router' {
  interface RouteMeta {
    /** Its name in the top bar and in the title. */
    place: string;
    /** Whose entry in the navigation it belongs to. */
    section?: string;
  }
}

const idIn = ({ params }: RouteLocationNormalized, name: string): number => Number(params[name]);

const optionalId = (text: unknown): number | null =>
  typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : null;

const optionalText = (text: unknown): string | null =>
  typeof text === 'string' && text !== '' ? text : null;

// Addresses behind a # need no help from whoever serves the page, in any of the faces.
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {
      path: '/',
      name: 'welcome',
      component: () => import('./views/Welcome.vue'),
      meta: { place: 'Welcome' },
    },
    {
      path: '/datasets',
      name: 'datasets',
      component: () => import('./views/Datasets.vue'),
      meta: { place: 'Datasets', section: 'datasets' },
    },
    {
      path: '/datasets/:datasetId(\\d+)',
      name: 'dataset',
      component: () => import('./views/Dataset.vue'),
      props: (route) => ({ datasetId: idIn(route, 'datasetId') }),
      meta: { place: 'Datasets', section: 'datasets' },
    },
    {
      path: '/fit',
      name: 'fit',
      component: () => import('./views/Fit.vue'),
      props: ({ query }) => ({ datasetId: optionalId(query['datasetId']) }),
      meta: { place: 'Fit', section: 'fit' },
    },
    {
      path: '/fit/runs/:runId(\\d+)',
      name: 'fit-run',
      component: () => import('./views/FitRun.vue'),
      props: (route) => ({ runId: idIn(route, 'runId') }),
      meta: { place: 'Fit', section: 'fit' },
    },
    {
      path: '/triage',
      name: 'triage-choice',
      component: () => import('./views/TriageChoice.vue'),
      meta: { place: 'Triage', section: 'triage' },
    },
    {
      path: '/triage/:runId(\\d+)',
      name: 'triage',
      component: () => import('./views/Triage.vue'),
      props: (route) => ({ runId: idIn(route, 'runId') }),
      meta: { place: 'Triage', section: 'triage' },
    },
    {
      path: '/triage/:runId(\\d+)/compare',
      name: 'compare',
      component: () => import('./views/Compare.vue'),
      props: (route) => ({ runId: idIn(route, 'runId') }),
      meta: { place: 'Compare', section: 'triage' },
    },
    {
      path: '/triage/:runId(\\d+)/cases/:fileId(\\d+)',
      name: 'case',
      component: () => import('./views/Case.vue'),
      props: (route) => ({ runId: idIn(route, 'runId'), fileId: idIn(route, 'fileId') }),
      meta: { place: 'Case', section: 'triage' },
    },
    {
      path: '/thresholds/:modelId(\\d+)?',
      name: 'thresholds',
      component: () => import('./views/Threshold.vue'),
      props: ({ params, query }) => ({
        modelId: optionalId(params['modelId']),
        runId: optionalId(query['runId']),
        score: optionalText(query['score']),
      }),
      meta: { place: 'Thresholds', section: 'thresholds' },
    },
    {
      path: '/report/:runId(\\d+)',
      name: 'report',
      component: () => import('./views/Report.vue'),
      props: (route) => ({ runId: idIn(route, 'runId') }),
      meta: { place: 'Report', section: 'triage' },
    },
    {
      path: '/models',
      name: 'models',
      component: () => import('./views/Models.vue'),
      meta: { place: 'Models', section: 'models' },
    },
    {
      path: '/models/:modelId(\\d+)',
      name: 'model',
      component: () => import('./views/Model.vue'),
      props: (route) => ({ modelId: idIn(route, 'modelId') }),
      meta: { place: 'Models', section: 'models' },
    },
    {
      path: '/encoders',
      name: 'encoders',
      component: () => import('./views/Encoders.vue'),
      meta: { place: 'Encoders', section: 'encoders' },
    },
    {
      path: '/activity',
      name: 'activity',
      component: () => import('./views/Activity.vue'),
      meta: { place: 'Activity', section: 'activity' },
    },
    {
      path: '/settings',
      name: 'settings',
      component: () => import('./views/Settings.vue'),
      meta: { place: 'Settings', section: 'settings' },
    },
    { path: '/:unknown(.*)*', redirect: { name: 'datasets' } },
  ],
});
