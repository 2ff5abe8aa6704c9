// The types of lit.js, for tsc.
export { html, live, noChange, nothing, render } from './lit-html.js';
export { guard, ref, repeat } from './lit-lists.js';
export { LitElement } from 'lit-element/lit-element.js';
