/** Guesses the language of a text, for canned replies on tickets whose requester's language is not known. Pure. */

/** Words and signs that only one of these languages has. @type {Record<string, RegExp>} */
const SIGNS = {
  en: /\b(?:the|is|are|and|for|please|hello|hi|we|you|our|when|still|with|of|not|this|it|have|was|be|your|thanks)\b/giu,
  fr: /(?<![\p{L}])(?:le|les|des|du|une|est|et|pour|dans|avec|bonjour|merci|vous|je|pas|sur|mon|nous|ne|encore|toujours)(?![\p{L}])|[àâçèêëîïôœùû]/giu,
  es: /(?<![\p{L}])(?:el|los|las|una|para|con|hola|gracias|por|hay|mi|del|está|puedo|qué|muy|otra|veces|dos)(?![\p{L}])|[ñ¿¡íó]/giu,
};

/** `en`, `fr` or `es`, whichever has most signs; null if none has more than the others. @param {string} text @returns {string|null} */
export function guessedLanguage(text) {
  const found = Object.entries(SIGNS)
    .map(([language, signs]) => ({ language, count: text.match(signs)?.length ?? 0 }))
    .sort((one, other) => other.count - one.count);
  return found[0].count > found[1].count ? found[0].language : null;
}
