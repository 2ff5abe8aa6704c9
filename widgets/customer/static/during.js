/** The views from the first message on: nobody needs them before, so that they are fetched then. */

export { Actions } from './actions.js';
export { Alarm } from './alarm.js';
export { After } from './after.js';
export { Peek } from './peek.js';
export { Queue } from './queue.js';
export { Talk } from './talk.js';
