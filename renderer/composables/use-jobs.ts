export { useJobs } from '../stores/jobs.ts';
