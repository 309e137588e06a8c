// The Run buttons of a page: each runs its program in a worker and shows below what it prints and
// draws. A second click ends it.

/** A picture that a program wrote. */
function shown({ name, bytes }) {
  const src = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  return Object.assign(new Image(), {
    src,
    alt: `${name}, which it wrote`,
    onload: () => URL.revokeObjectURL(src),
  });
}

/** Show the buttons, where workers can load modules: on a site, and not from a file. */
export function enableRunning(base) {
  if (location.protocol === 'file:') return;
  for (const button of document.querySelectorAll('[data-run]')) {
    const printed = button.nextElementSibling;
    const drawn = printed.nextElementSibling;
    let worker;
    const end = () => {
      worker?.terminate();
      worker = undefined;
      button.textContent = 'Run again';
      printed.ariaBusy = 'false';
      if (printed.textContent === '') printed.textContent = 'It ran, and prints nothing.';
    };
    button.hidden = false;
    button.addEventListener('click', () => {
      if (worker) return end();
      worker = new Worker(`${base}assets/run/worker.js`, { type: 'module' });
      button.textContent = 'Stop';
      Object.assign(printed, { textContent: '', hidden: false, ariaBusy: 'true' });
      drawn.replaceChildren();
      worker.onmessage = ({ data: { text = '', picture, done } }) => {
        printed.textContent += text;
        if (picture) drawn.append(shown(picture));
        if (done) end();
      };
      worker.onerror = ({ message }) => {
        printed.textContent += message ?? 'The program could not be loaded.';
        end();
      };
      worker.postMessage(new URL(button.dataset.run, location.href).href);
    });
  }
}
