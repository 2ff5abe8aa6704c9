// The types of lit.js, for tsc.
export { html, svg, nothing, noChange, render, LitElement } from 'lit';
export { repeat } from 'lit/directives/repeat.js';
export { ref, createRef } from 'lit/directives/ref.js';
export { classMap } from 'lit/directives/class-map.js';
export { live } from 'lit/directives/live.js';
export { ifDefined } from 'lit/directives/if-defined.js';
export { keyed } from 'lit/directives/keyed.js';
export { guard } from 'lit/directives/guard.js';
