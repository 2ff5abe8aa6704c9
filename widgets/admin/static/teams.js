/** The page of teams and products. */

import './admin.js';
import { the } from '../shared/dom.js';
import './teams-part.js';
import { TeamsWork } from './teams-work.js';

const work = new TeamsWork();
the('teams-part').work = work;
work.start();
