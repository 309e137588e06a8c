import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Example } from './exampleBlocks';

/**
 * Type-check examples: each is a module of its own in `folder`, where its imports are looked up.
 * Those that import `@tensorflow/tfjs` are a program of their own, since its types promise every
 * tensor methods that only it brings.
 *
 * @param options - compiler options beside `strict`.
 * @param also - report the errors of other files too, if it says so of their path.
 * @returns one line for each error, with the place of the example.
 */
export function typecheckExamples(
  examples: readonly Example[],
  folder: string,
  options: ts.CompilerOptions,
  also?: (path: string) => boolean,
): string[] {
  const all = (example: Example): boolean =>
    ts.preProcessFile(example.code).importedFiles.some(({ fileName }) => fileName === '@tensorflow/tfjs');
  return [
    ...oneProgram(
      examples.filter((example) => !all(example)),
      folder,
      options,
      also,
    ),
    ...oneProgram(examples.filter(all), folder, options),
  ];
}

function oneProgram(
  examples: readonly Example[],
  folder: string,
  options: ts.CompilerOptions,
  also: (path: string) => boolean = () => false,
): string[] {
  if (examples.length === 0) return [];
  const sources = new Map<string, Example>();
  examples.forEach((example, i) => sources.set(join(folder, `example${i}.ts`), example));
  const compilerOptions: ts.CompilerOptions = { strict: true, skipLibCheck: true, noEmit: true, ...options };
  const host = ts.createCompilerHost(compilerOptions);
  const { fileExists, readFile, getSourceFile } = host;
  const textOf = (path: string): string | undefined => {
    const example = sources.get(path);
    return example && `${example.code}\nexport {};\n`;
  };
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => textOf(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = textOf(path);
    if (text === undefined) return getSourceFile(path, languageVersion, ...rest);
    return ts.createSourceFile(path, text, languageVersion);
  };
  // Folders that hold nothing but examples are not on the disk.
  host.directoryExists = (path) =>
    path === folder || dirname(path) === folder || ts.sys.directoryExists(path);

  const program = ts.createProgram([...sources.keys()], compilerOptions, host);
  const global = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()].map(message);
  const files = program.getSourceFiles().filter(({ fileName }) => sources.has(fileName) || also(fileName));
  const local = files.flatMap((file) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((found) => {
      const line = file.getLineAndCharacterOfPosition(found.start ?? 0).line + 1;
      const example = sources.get(file.fileName);
      return `${example ? `${example.where}, line ${line} of it` : `${file.fileName}:${line}`}: ${message(found)}`;
    }),
  );
  return [...global, ...local];
}

const message = ({ messageText, code }: ts.Diagnostic): string =>
  `TS${code} ${ts.flattenDiagnosticMessageText(messageText, '\n    ')}`;
