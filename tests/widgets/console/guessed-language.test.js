import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { guessedLanguage } = await import('../../../widgets/console/static/guessed-language.js');

test('the language of a request is guessed from its words and signs, or not at all', () => {
  for (const [text, language] of [
    ['The export of orders has no station column.', 'en'],
    ['Le PDF est blanc.', 'fr'],
    ['La TVQ manque encore sur SO-553900.', 'fr'],
    ['Pouvez-vous ajouter le marché de Nantes au plan 5510 ?', 'fr'],
    ['La factura de octubre aparece dos veces.', 'es'],
    ['¿Hay fecha para Córdoba?', 'es'],
    ['Otra vez no puedo aprobar.', 'es'],
    ['SO-553900', null],
    ['', null],
  ])
    assert.equal(guessedLanguage(text ?? ''), language, text ?? '');
});
