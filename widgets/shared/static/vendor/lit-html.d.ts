// The types of lit-html.js, for tsc.
export { html, noChange, nothing, render, _$LH } from 'lit-html';
export { Directive, PartType, directive } from 'lit-html/directive.js';
export * from 'lit-html/directive-helpers.js';
export { live } from 'lit-html/directives/live.js';
