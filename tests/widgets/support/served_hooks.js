/** `…/widgets/customer/shared/words.js`, as it is named, lies at `…/widgets/shared/static/words.js`. */

const NAMED = /\/widgets\/\w+\/shared\/(.+)$/u;

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const url = specifier.startsWith('.') && context.parentURL ? new URL(specifier, context.parentURL).href : specifier;
  return next(url.replace(NAMED, '/widgets/shared/static/$1'), context);
}
