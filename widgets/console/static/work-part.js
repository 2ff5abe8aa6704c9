/** Base classes of the staff pages' components. */

import { WorkPart } from '../shared/work-part.js';

/** @import { AgentWork } from './agent-work.js' */

export { WorkPart };

/** A part of the console. @extends {WorkPart<AgentWork>} */
export class Part extends WorkPart {}
