import { listDetectors } from '../detectors.ts';
import { os } from './base.ts';

export const detectorHandlers = {
  list: os.detectors.list.handler(() => listDetectors()),
};
