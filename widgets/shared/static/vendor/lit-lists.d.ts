// The types of lit-lists.js, for tsc.
export { guard } from 'lit-html/directives/guard.js';
export { ref } from 'lit-html/directives/ref.js';
export { repeat } from 'lit-html/directives/repeat.js';
