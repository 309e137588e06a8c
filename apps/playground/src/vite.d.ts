/** The address of a file that Vite copies beside the page. */
declare module '*?url' {
  const address: string;
  export default address;
}

declare module '*.css';
