/** One field of each. @template T @template {keyof T} K @param {Iterable<T>|undefined} all @param {K} field @returns {Array<T[K]>} */
export const pluck = (all, field) => Array.from(all ?? [], (one) => one[field]);
