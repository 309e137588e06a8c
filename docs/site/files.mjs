// `node:fs` of a program that a page runs: a picture that it writes is shown below it.
export function writeFileSync(name, bytes) {
  postMessage({ picture: { name, bytes } });
}
