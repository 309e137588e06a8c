/**
 * An empty HTML document to draw plots in, of the browser's own DOM.
 *
 * It is not the page: nothing of a plot shows on it, and no style of it reaches a plot.
 *
 * @throws Error in a worker, which has no DOM.
 */
export function emptyDocument(): Document {
  if (typeof document === 'undefined') {
    throw new Error(
      'report: expected a page, which has a DOM, got a worker: send the data to the page and draw it there',
    );
  }
  return document.implementation.createHTMLDocument('');
}
