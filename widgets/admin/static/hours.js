/** The page of hours and holidays: puts its parts together. */

import './admin.js';
import { the } from '../shared/dom.js';
import './hours-clocks.js';
import './hours-days.js';
import './hours-effects.js';
import './hours-head.js';
import './hours-preview.js';
import './hours-waits.js';
import './hours-week.js';
import { HoursWork } from './hours-work.js';

const work = new HoursWork();
for (const part of ['head-part', 'week-part', 'days-part', 'clocks-part', 'preview-part', 'effects-part', 'waits-part'])
  the(part).work = work;
work.start();
addEventListener('beforeunload', (event) => {
  if (work.changes.length) event.preventDefault();
});
