/** How far a download is. */
export interface DownloadProgress {
  readonly url: string;
  /** Bytes on the disk, including those of an earlier attempt. */
  readonly loaded: number;
  /** Bytes of the whole file, if known. */
  readonly total: number | undefined;
}

/** How to download a file. */
export interface DownloadOptions {
  /** The SHA-256 of the file, 64 hexadecimal digits. Without it any content is accepted. */
  readonly sha256?: string;
  /** The size of the file, if known. No more is read from the server. */
  readonly bytes?: number;
  /** Called after each piece. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download. The bytes so far are kept for the next attempt. */
  readonly signal?: AbortSignal;
  /** Makes the requests; `fetch` of Node by default. */
  readonly fetch?: typeof fetch;
}
