// Reads an AsyncAPI document from standard input; says what AsyncAPI's own parser finds wrong with it, and ends with 1.
import { text } from 'node:stream/consumers';
import { Parser } from '@asyncapi/parser';

const { document, diagnostics } = await new Parser().parse(await text(process.stdin));
const wrong = diagnostics.filter(({ severity }) => severity < 2);
for (const { path, message } of wrong) {
  process.stdout.write(`${path.join('/')}: ${message}\n`);
}
process.exit(document === undefined || wrong.length > 0 ? 1 : 0);
