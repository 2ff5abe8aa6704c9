/** Names of languages, in English. Pure. */

/** `fr-CA` → `Canadian French`. @param {string} locale */
export function languageOf(locale) {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** The language without its region, unless it is English. @param {string|null} locale @returns {string} */
export function foreignLanguage(locale) {
  const [language] = (locale ?? '').split('-');
  return language && language !== 'en' ? languageOf(language) : '';
}
