import { parseHTML } from 'linkedom';

/** An empty HTML document to draw plots in. Node has no DOM, so this one is from linkedom. */
export function emptyDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document;
}
