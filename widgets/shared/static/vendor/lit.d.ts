// The types of lit.js, for tsc.
export { html, nothing, render, LitElement } from 'lit';
export { repeat } from 'lit/directives/repeat.js';
export { ref } from 'lit/directives/ref.js';
export { live } from 'lit/directives/live.js';
export { guard } from 'lit/directives/guard.js';
