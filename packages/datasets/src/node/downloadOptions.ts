/** How far a download is. */
export interface DownloadProgress {
  readonly url: string;
  /** Bytes that are on the disk, those of an earlier attempt too. */
  readonly loaded: number;
  /** Bytes of the whole file, where known. */
  readonly total: number | undefined;
}

/** How to download a file. */
export interface DownloadOptions {
  /** The SHA-256 of the file, 64 hexadecimal digits. Without it any content is taken. */
  readonly sha256?: string;
  /** The size of the file, where known: no more is taken from the server. */
  readonly bytes?: number;
  /** Told after each piece. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what is there stays for the next attempt. */
  readonly signal?: AbortSignal;
  /** Makes the requests; `fetch` of Node by default. */
  readonly fetch?: typeof fetch;
}
