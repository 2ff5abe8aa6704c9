/**
 * Modules of a face name those that all faces share by the address at which both are served. For tests that take them in with
 * `await import(…)` after this one: node finds them where they lie.
 */

import { register } from 'node:module';

register('./served_hooks.js', import.meta.url);
