import { listDetectors } from '../models/detectors.ts';
import { os } from './base.ts';

export const detectorHandlers = {
  list: os.detectors.list.handler(() => listDetectors()),
};
