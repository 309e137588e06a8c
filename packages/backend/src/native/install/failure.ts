/** An install stopped. The message for the user says why, and what to do. */
export class InstallFailure extends Error {
  constructor(
    what: string,
    /** What the user can do. */
    readonly remedy: string,
  ) {
    super(`${what}\n  ${remedy}`);
  }
}
