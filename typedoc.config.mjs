import katexModule from '@vscode/markdown-it-katex';
import { Converter, ReflectionKind } from 'typedoc';

const katex = katexModule.default ?? katexModule;

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'iresnet',
  entryPointStrategy: 'packages',
  entryPoints: ['packages/*'],
  packageOptions: {
    entryPoints: ['src/index.ts'],
    tsconfig: 'tsconfig.json',
    readme: 'none', // it repeats the package comment, which is there already
    disableGit: true,
    sourceLinkTemplate: '{path}#L{line}',
    validation: { notDocumented: true },
  },
  out: 'docs-out',
  projectDocuments: ['docs/*.md'],
  treatWarningsAsErrors: true,
  plugin: [excuseResultFields],
  markdownItLoader(parser) {
    parser.use(katex, { output: 'mathml', throwOnError: true }); // MathML: no fonts, no style sheet, no other host
  },
};

/** The fields of an unnamed type, `{ y: Tensor; logDet: Tensor }`, are described where the function is. */
function excuseResultFields(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const excused = project
      .getReflectionsByKind(ReflectionKind.Property)
      .filter((field) => field.parent?.kindOf(ReflectionKind.TypeLiteral) && !field.hasComment())
      .filter((field) => !field.parent.parent?.kindOf(ReflectionKind.TypeAlias) && !insideParameter(field))
      .map((field) => field.getFriendlyFullName());
    app.options.setValue('intentionallyNotDocumented', [...new Set(excused)]);
  });
}

function insideParameter(reflection) {
  return Boolean(
    reflection && (reflection.kindOf(ReflectionKind.Parameter) || insideParameter(reflection.parent)),
  );
}
