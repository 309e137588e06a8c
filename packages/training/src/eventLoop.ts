/** The longest time without a turn for timers, input and painting, in milliseconds. */
const TURN = 25;

/** A function to await often. It lets the event loop run when the last turn is {@link TURN} ago. */
export function yielder(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN) return;
    await turn();
    last = performance.now();
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    // Timers are clamped to 4 ms, and to a second in a background tab; messages are not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
