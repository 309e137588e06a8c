/** Why an install stopped, and what to do about it: the whole message for the user. */
export class InstallFailure extends Error {
  constructor(
    what: string,
    /** What the user can do. */
    readonly remedy: string,
  ) {
    super(`${what}\n  ${remedy}`);
  }
}
