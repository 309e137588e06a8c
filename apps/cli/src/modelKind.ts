import { join } from 'node:path';
import { IMAGE_FORMAT } from './image/model';
import { modelFolder } from './model';
import { parseJson, readText } from './readText';

/**
 * What the model at a path is one of; a folder that nobody here wrote counts as a table, whose reader says what is wrong with it.
 *
 * @throws IResNetError of kind `data` when there is no model.
 */
export function kindOfModel(path: string): 'table' | 'images' {
  const file = join(modelFolder(path), 'config.json');
  const config = parseJson(readText(file, 'the configuration of a model'), file) as {
    format?: unknown;
  } | null;
  return config?.format === IMAGE_FORMAT ? 'images' : 'table';
}
