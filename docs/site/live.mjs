// The landing page: a network that trains as one looks on takes the place of its picture.

/** Narrower than this, one view of the three is shown. */
const WIDE = 520;

/**
 * Put the playground in the place of its picture. Who wants less motion or fewer bytes keeps the
 * picture, and so does a page that is opened as a file, which may start no worker.
 */
export function showLive(base) {
  const picture = document.querySelector('.hero ~ p img');
  const quiet = matchMedia('(prefers-reduced-motion: reduce)').matches || navigator.connection?.saveData;
  if (!picture || quiet || location.protocol === 'file:') return;
  new IntersectionObserver(([{ isIntersecting, boundingClientRect }], observer) => {
    if (!isIntersecting) return;
    observer.disconnect();
    const view = boundingClientRect.width < WIDE ? 'data' : 'planes';
    const frame = Object.assign(document.createElement('iframe'), {
      className: `live ${view}`,
      title: 'Two moons: a network that learns them in this page',
      src: `${base}playground/index.html#view=${view}`,
    });
    picture.closest('a').replaceWith(frame);
  }).observe(picture);
}
