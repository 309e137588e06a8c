// The Run buttons of a page: each runs its program in a worker and shows what it prints below. A
// second click ends it.

/** Show the buttons, where workers can load modules: on a site, and not from a file. */
export function enableRunning(base) {
  if (location.protocol === 'file:') return;
  for (const button of document.querySelectorAll('[data-run]')) {
    const printed = button.nextElementSibling;
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
      worker.onmessage = ({ data: { text = '', done } }) => {
        printed.textContent += text;
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
