// typedoc's highlighter leaves a line in one colour when it takes longer than half a second, as the
// first one does on a busy machine. Then the same sources would give other pages. Here each line
// has the time that it needs.
import { Registry } from '@shikijs/vscode-textmate';

const { prototype } = Registry;
const { loadGrammarWithConfiguration } = prototype;

prototype.loadGrammarWithConfiguration = function (...given) {
  const grammar = loadGrammarWithConfiguration.apply(this, given);
  const tokenize = grammar?.tokenizeLine2;
  if (tokenize) grammar.tokenizeLine2 = (line, state) => tokenize.call(grammar, line, state);
  return grammar;
};
