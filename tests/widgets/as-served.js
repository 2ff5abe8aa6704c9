/**
 * Makes node find modules where the server has them: one of /static/console/ that imports `../shared/…` means /static/shared/…,
 * which is widgets/shared/static/… on disk. A test imports this first, and then with `await import(…)` what it is about.
 */

import { register } from 'node:module';

const HOOKS = `export const resolve = (wanted, context, next) =>
  next(context.parentURL?.includes('/widgets/') && wanted.startsWith('../shared/') && !context.parentURL.includes('/tests/')
    ? new URL(wanted.replace('../shared/', '../../shared/static/'), context.parentURL).href
    : wanted, context);`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
